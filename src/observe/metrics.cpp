#include "observe/metrics.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

namespace firn::observe {
namespace {

/// Upper bounds in seconds; one more bucket, +Inf, follows them.
constexpr std::array<double, 16> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
constexpr double kMaxSeconds = 1e9;

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general).ptr;
  return {text.data(), end};
}

std::string EscapeHelp(std::string_view help) {
  std::string out;
  for (const char c : help) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

[[maybe_unused]] bool IsMetricName(std::string_view name) {
  return !name.empty() && (name.front() < '0' || name.front() > '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == ':';
         });
}

std::string Sample(std::string_view name, std::string_view labels, std::string_view more,
                   const std::string& value) {
  std::string line(name);
  if (!labels.empty() || !more.empty()) {
    line += '{';
    line += labels;
    if (!labels.empty() && !more.empty()) line += ',';
    line += more;
    line += '}';
  }
  return line + ' ' + value + '\n';
}

}  // namespace

Histogram::Histogram() : buckets_(kBounds.size() + 1) {}

void Histogram::Observe(double seconds) {
  if (!(seconds >= 0)) seconds = 0;  // a clock that went back; NaN
  seconds = std::min(seconds, kMaxSeconds);
  const auto at = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_us_.fetch_add(std::llround(seconds * 1e6), std::memory_order_relaxed);
}

struct Metrics::State {
  struct Member {
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
  };
  struct Family {
    std::string help;
    std::string_view type;
    std::map<std::string, Member> members;  // by label text
  };

  mutable std::mutex mutex;
  std::map<std::string, Family> families;  // guarded by mutex; members are never removed

  Member& Add(const std::string& name, const std::string& help, const std::string& labels,
              std::string_view type) {
    assert(IsMetricName(name));
    auto& family = families[name];
    assert(family.type.empty() || family.type == type);
    if (family.type.empty()) {
      family.type = type;
      family.help = help;
    }
    return family.members[labels];
  }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::AddCounter(const std::string& name, const std::string& help,
                             const std::string& labels) {
  const std::lock_guard lock(state_->mutex);
  auto& member = state_->Add(name, help, labels, "counter");
  if (!member.counter) member.counter = std::make_unique<Counter>();
  return *member.counter;
}

Histogram& Metrics::AddHistogram(const std::string& name, const std::string& help,
                                 const std::string& labels) {
  const std::lock_guard lock(state_->mutex);
  auto& member = state_->Add(name, help, labels, "histogram");
  if (!member.histogram) member.histogram = std::make_unique<Histogram>();
  return *member.histogram;
}

void Metrics::AddGauge(const std::string& name, const std::string& help,
                       std::function<double()> read, const std::string& labels) {
  const std::lock_guard lock(state_->mutex);
  state_->Add(name, help, labels, "gauge").read = std::move(read);
}

std::string Metrics::Render() const {
  struct Line {
    std::string_view name;
    std::string_view labels;
    const Counter* counter;
    const Histogram* histogram;
    std::function<double()> read;
    std::string head;
  };
  // What to show is copied first: a gauge's callback must not run under the lock.
  std::vector<Line> lines;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [name, family] : state_->families) {
      auto head = "# HELP " + name + ' ' + EscapeHelp(family.help) + "\n# TYPE " + name + ' ' +
                  std::string(family.type) + '\n';
      for (const auto& [labels, member] : family.members) {
        lines.push_back({name, labels, member.counter.get(), member.histogram.get(), member.read,
                         std::exchange(head, {})});
      }
    }
  }
  std::string out;
  for (const auto& line : lines) {
    out += line.head;
    if (line.counter) {
      out += Sample(line.name, line.labels, "", std::to_string(line.counter->value()));
    } else if (line.read) {
      out += Sample(line.name, line.labels, "", Number(line.read()));
    } else if (line.histogram) {
      const std::string name(line.name);
      std::int64_t count = 0;
      for (std::size_t i = 0; i < line.histogram->buckets_.size(); ++i) {
        count += line.histogram->buckets_[i].load(std::memory_order_relaxed);
        const auto bound = i < kBounds.size() ? Number(kBounds.at(i)) : "+Inf";
        out += Sample(name + "_bucket", line.labels, "le=\"" + bound + '"', std::to_string(count));
      }
      const auto sum_us = line.histogram->sum_us_.load(std::memory_order_relaxed);
      out += Sample(name + "_sum", line.labels, "", Number(static_cast<double>(sum_us) / 1e6));
      out += Sample(name + "_count", line.labels, "", std::to_string(count));
    }
  }
  return out;
}

}  // namespace firn::observe
