#pragma once

#include <condition_variable>
#include <mutex>

namespace firn {

/// As std::shared_mutex, but who waits to have it alone goes before those who come to share it,
/// so that no stream of them holds it up. Not recursive, not even shared.
class ChangeFirstMutex {
 public:
  void lock() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.wait(lock, [this] { return sharing_ == 0 && !alone_; });
    --waiting_;
    alone_ = true;
  }
  void unlock() {
    {
      const std::lock_guard lock(mutex_);
      alone_ = false;
    }
    changed_.notify_all();
  }
  void lock_shared() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ == 0 && !alone_; });
    ++sharing_;
  }
  void unlock_shared() {
    bool last = false;
    {
      const std::lock_guard lock(mutex_);
      last = --sharing_ == 0;
    }
    if (last) changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int sharing_ = 0;     // guarded by mutex_
  int waiting_ = 0;     // to have it alone; guarded by mutex_
  bool alone_ = false;  // guarded by mutex_
};

}  // namespace firn
