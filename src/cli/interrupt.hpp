#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace firn::cli {

/// While this lives, Ctrl-C calls `interrupt` (on a thread of its own) instead of ending the
/// program; a second one ends it at once.
class OnInterrupt {
 public:
  explicit OnInterrupt(std::function<void()> interrupt);
  ~OnInterrupt();
  OnInterrupt(const OnInterrupt&) = delete;
  OnInterrupt& operator=(const OnInterrupt&) = delete;

 private:
  sigset_t before_{};
  std::atomic<bool> stopping_{false};
  std::thread watcher_;
};

}  // namespace firn::cli
