#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace firn::cli {

/// A bar on standard error, drawn only on a terminal and gone when this ends.
class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Bytes; total is -1 when nobody knows.
  void Show(std::int64_t done, std::int64_t total);

 private:
  const std::string label_;
  const bool visible_;
  bool drawn_ = false;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace firn::cli
