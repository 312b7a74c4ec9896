#include "cli/interrupt.hpp"

#include <pthread.h>
#include <unistd.h>

namespace firn::cli {
namespace {

constexpr int kInterruptedStatus = 130;

}  // namespace

OnInterrupt::OnInterrupt(std::function<void()> interrupt) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  // Every thread made from here on blocks it too, so that the watcher alone gets it.
  pthread_sigmask(SIG_BLOCK, &wanted, &before_);
  watcher_ = std::thread([this, wanted, call = std::move(interrupt)] {
    int seen = 0;
    const timespec patience{1, 0};
    while (!stopping_.load()) {
      const int signal_number = sigtimedwait(&wanted, nullptr, &patience);
      if (signal_number != SIGINT || stopping_.load()) continue;
      if (++seen > 1) _exit(kInterruptedStatus);
      call();
    }
  });
}

OnInterrupt::~OnInterrupt() {
  stopping_.store(true);
  pthread_kill(watcher_.native_handle(), SIGINT);  // ends its wait
  watcher_.join();
  const timespec now{0, 0};
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigtimedwait(&wanted, nullptr, &now);  // one that came too late to be for the statement
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace firn::cli
