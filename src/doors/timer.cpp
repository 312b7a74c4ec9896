#include "doors/timer.hpp"

namespace firn::doors {

Timer::Timer() : thread_([this] { Run(); }) {}

Timer::~Timer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Timer::After(std::chrono::milliseconds delay, std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(std::chrono::steady_clock::now() + delay, std::move(callback));
  }
  changed_.notify_all();
}

void Timer::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = waiting_.begin();
    if (first->first > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, first->first);
      continue;
    }
    const auto callback = std::move(first->second);
    waiting_.erase(first);
    lock.unlock();
    callback();
    lock.lock();
  }
}

}  // namespace firn::doors
