#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace firn::net {

/// Runs tasks on threads that are started when needed, at most `max_threads`, and that end after
/// some idle seconds. The queue is bounded by its user: a connection has one task at most.
/// Thread-safe.
class WorkerPool {
 public:
  using Task = std::function<void()>;

  explicit WorkerPool(int max_threads) : max_threads_(static_cast<std::size_t>(max_threads)) {}
  ~WorkerPool() { Stop(); }

  /// A task must not throw. After Stop it is dropped.
  void Submit(Task task);
  /// Drops what has not started and waits for what has.
  void Stop();

 private:
  void Work();
  /// Takes the threads that have ended; to be joined without the lock.
  std::vector<std::thread> TakeEnded();

  const std::size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  // All guarded by mutex_.
  std::deque<Task> tasks_;
  std::vector<std::thread> threads_;
  std::vector<std::thread::id> ended_;
  std::size_t idle_ = 0;
  std::size_t running_ = 0;
  bool stopped_ = false;
};

}  // namespace firn::net
