#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace firn::net {

/// How many connections are open. Thread-safe.
class OpenCount {
 public:
  void Add(int difference);
  [[nodiscard]] int value() const;
  /// False when `limit` passed first.
  bool WaitForNone(std::chrono::seconds limit);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int value_ = 0;  // guarded by mutex_
};

}  // namespace firn::net
