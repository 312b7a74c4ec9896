#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>

#include "base/result.hpp"

namespace firn::store {

/// Lets one in at a time, in the order of asking. Thread-safe.
class Turns {
 public:
  /// Having the turn; the next one's comes when this ends, on whatever thread. Must end before its
  /// Turns.
  class Turn {
   public:
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_) turns_->End();
    }

   private:
    friend class Turns;
    explicit Turn(Turns& turns) : turns_(&turns) {}
    Turns* turns_;  // null once moved from
  };

  explicit Turns(std::chrono::milliseconds wait_limit) : wait_limit_(wait_limit) {}
  /// Errors: kTimeout when it did not come within the limit.
  Result<Turn> Wait();

 private:
  void End();

  const std::chrono::milliseconds wait_limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t next_ticket_ = 0;      // guarded by mutex_
  std::deque<std::int64_t> tickets_;  // guarded by mutex_; the front has the turn
};

}  // namespace firn::store
