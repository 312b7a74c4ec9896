#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace firn::engine {

/// Who may run a statement now. Users take turns, each user's statements in their order, so one
/// user's many cannot hold up another's one. The next in turn waits for its memory and nobody
/// passes it, so a large statement is never starved. Thread-safe.
class Admission {
 public:
  struct Settings {
    int max_running = 4;
    std::int64_t memory_bytes = 0;  ///< what all running statements may be estimated to need
    int max_queued_per_user = 100;
  };

  /// The right to run; its end lets the next in.
  class Ticket {
   public:
    Ticket(Ticket&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), bytes_(other.bytes_) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (admission_ != nullptr) admission_->Leave(bytes_);
    }

   private:
    friend class Admission;
    Ticket(Admission& admission, std::int64_t bytes) : admission_(&admission), bytes_(bytes) {}
    Admission* admission_;  // null once moved from; outlives every ticket
    std::int64_t bytes_;
  };

  /// One statement that waits. `reason` is a sentence for its user.
  struct Waiting {
    std::string user;
    int place = 0;  ///< 1 is next
    std::string reason;
    std::chrono::milliseconds waited{};
  };

  explicit Admission(const Settings& settings) : settings_(settings) {}

  /// Waits for a turn. An estimate above `memory_bytes` counts as all of it.
  /// Errors: kExhausted when the user's queue is full, kTimeout, kCancelled on `stop`.
  Result<Ticket> Enter(const std::string& user, std::int64_t estimate_bytes,
                       std::chrono::milliseconds timeout, std::stop_token stop = {});

  /// All that wait, in the order in which they would be let in.
  [[nodiscard]] std::vector<Waiting> Snapshot() const;
  [[nodiscard]] int running() const;

 private:
  struct Entry {
    std::string user;
    std::int64_t bytes;
    std::chrono::steady_clock::time_point since;
    bool admitted = false;
    std::condition_variable_any changed;
  };

  void Leave(std::int64_t bytes);
  void AdmitNext();                                   // REQUIRES: mutex_
  void Remove(Entry& entry);                          // REQUIRES: mutex_
  [[nodiscard]] bool Fits(std::int64_t bytes) const;  // REQUIRES: mutex_

  const Settings settings_;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Entry*>> queues_;  // entries live in Enter(); guarded by mutex_
  std::list<std::string> turns_;                      // users that wait; guarded by mutex_
  int running_ = 0;                                   // guarded by mutex_
  std::int64_t promised_bytes_ = 0;                   // guarded by mutex_
};

}  // namespace firn::engine
