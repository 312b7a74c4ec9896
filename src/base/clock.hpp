#pragma once

#include <chrono>
#include <cstdint>

namespace firn {

/// The time of day and a steady time; tests hand in their own. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970 UTC.
  [[nodiscard]] virtual std::int64_t NowMs() const = 0;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

/// The machine's clock.
const Clock& SystemClock();

}  // namespace firn
