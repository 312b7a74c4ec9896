#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace firn::observe {

/// A number that only grows. Thread-safe, wait-free.
class Counter {
 public:
  void Add(std::int64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Seconds in fixed buckets (0.5 ms … 60 s). Thread-safe, wait-free.
class Histogram {
 public:
  Histogram();
  void Observe(double seconds);

 private:
  friend class Metrics;
  std::vector<std::atomic<std::int64_t>> buckets_;
  std::atomic<std::int64_t> sum_us_{0};
};

/// What /metrics shows, in Prometheus' text format. Made once by main; modules keep references.
/// Names follow Prometheus' rules: firn_<what>_<unit>[_total]. Thread-safe.
class Metrics {
 public:
  /// `labels` is the text between the braces: `door="http",verb="GET"`. The same name with other
  /// labels joins the family of that name; the same name and labels give the same object.
  Counter& AddCounter(const std::string& name, const std::string& help,
                      const std::string& labels = "");
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          const std::string& labels = "");
  /// Read when asked for. The callback must stay valid as long as this object.
  void AddGauge(const std::string& name, const std::string& help, std::function<double()> read,
                const std::string& labels = "");
  [[nodiscard]] std::string Render() const;

  Metrics();
  ~Metrics();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace firn::observe
