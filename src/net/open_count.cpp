#include "net/open_count.hpp"

namespace firn::net {

void OpenCount::Add(int difference) {
  const std::lock_guard lock(mutex_);
  value_ += difference;
  if (value_ == 0) changed_.notify_all();
}

int OpenCount::value() const {
  const std::lock_guard lock(mutex_);
  return value_;
}

bool OpenCount::WaitForNone(std::chrono::seconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return value_ == 0; });
}

}  // namespace firn::net
