#include "net/worker_pool.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace firn::net {
namespace {
constexpr std::chrono::seconds kIdle(10);
}

void WorkerPool::Submit(Task task) {
  std::vector<std::thread> ended;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_ && running_ < max_threads_) {
      ended = TakeEnded();
      try {
        threads_.emplace_back([this] { Work(); });
        ++running_;
      } catch (const std::system_error&) {
        // No more threads in this system: the running ones will come to it.
      }
    }
  }
  wake_.notify_one();
  for (auto& thread : ended) thread.join();
}

void WorkerPool::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    const bool woken = wake_.wait_for(lock, kIdle, [this] { return stopped_ || !tasks_.empty(); });
    --idle_;
    if (stopped_ || !woken) break;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
  --running_;
  ended_.push_back(std::this_thread::get_id());
}

std::vector<std::thread> WorkerPool::TakeEnded() {
  std::vector<std::thread> taken;
  std::erase_if(threads_, [&](std::thread& thread) {
    if (std::find(ended_.begin(), ended_.end(), thread.get_id()) == ended_.end()) return false;
    taken.push_back(std::move(thread));
    return true;
  });
  ended_.clear();
  return taken;
}

void WorkerPool::Stop() {
  std::vector<std::thread> threads;
  std::deque<Task> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    threads.swap(threads_);
    dropped.swap(tasks_);
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
}

}  // namespace firn::net
