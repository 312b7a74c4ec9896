#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace firn::doors {

/// Calls back after a while, from a thread of its own; callbacks must be quick. Those still waiting
/// when it ends are dropped. Thread-safe.
class Timer {
 public:
  Timer();
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  void After(std::chrono::milliseconds delay, std::function<void()> callback);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> waiting_;
  bool stopping_ = false;  // both guarded by mutex_
  std::thread thread_;
};

}  // namespace firn::doors
