#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace firn::access {

/// Slows down guessing. After 5 failures in a row a key waits 1 s, and twice as long after each
/// further one, up to 15 min. A success, or an hour without a failure, forgets. Thread-safe.
///
/// The table is bounded: when it is full, the key with the fewest failures is dropped, so a flood
/// of made-up names does not free one that is being guessed.
class LoginLimiter {
 public:
  explicit LoginLimiter(const Clock& clock, std::size_t capacity = 10'000)
      : clock_(clock), capacity_(capacity) {}

  [[nodiscard]] bool Allowed(const std::string& key);
  /// Notes an attempt. False when the key has to wait by now, because of attempts made meanwhile:
  /// the caller then refuses even a right answer.
  [[nodiscard]] bool Record(const std::string& key, bool succeeded);
  [[nodiscard]] std::size_t size() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    int failures = 0;
    Time last_failure;
    Time blocked_until;
  };

  void MakeRoom(Time now);

  const Clock& clock_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace firn::access
