#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace firn::engine {

/// When each transaction of the lake that is open now began: what it may still read, nobody
/// deletes. Thread-safe.
class OpenTransactions {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// One open transaction, until this ends.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept : Ticket() { *this = std::move(other); }
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(open_, other.open_);
      std::swap(begun_, other.begun_);
      return *this;
    }
    ~Ticket() {
      if (open_ == nullptr) return;
      const std::lock_guard lock(open_->mutex_);
      open_->begun_.erase(begun_);
    }

   private:
    friend class OpenTransactions;
    OpenTransactions* open_ = nullptr;  // null: none
    std::multiset<Time>::iterator begun_;
  };

  /// REQUIRES: DuckDB's transaction has not begun yet.
  [[nodiscard]] Ticket Begin() {
    Ticket ticket;
    const std::lock_guard lock(mutex_);
    ticket.open_ = this;
    ticket.begun_ = begun_.insert(std::chrono::steady_clock::now());
    return ticket;
  }

  /// Whether all that are open began after `time`, and so all that will.
  [[nodiscard]] bool AllAfter(Time time) const {
    const std::lock_guard lock(mutex_);
    return begun_.empty() || *begun_.begin() > time;
  }

 private:
  mutable std::mutex mutex_;
  std::multiset<Time> begun_;  // guarded by mutex_
};

}  // namespace firn::engine
