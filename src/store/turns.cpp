#include "store/turns.hpp"

#include <algorithm>
#include <string>

namespace firn::store {

Result<Turns::Turn> Turns::Wait() {
  const auto until = std::chrono::steady_clock::now() + wait_limit_;
  std::unique_lock lock(mutex_);
  const auto ticket = next_ticket_++;
  tickets_.push_back(ticket);
  if (!changed_.wait_until(lock, until, [&] { return tickets_.front() == ticket; })) {
    tickets_.erase(std::find(tickets_.begin(), tickets_.end(), ticket));
    return Error{Code::kTimeout, "The metadata database is busy: other writers kept it for " +
                                     std::to_string(wait_limit_.count()) + " ms. Try again later."};
  }
  return Turn(*this);
}

void Turns::End() {
  {
    const std::lock_guard lock(mutex_);
    tickets_.pop_front();
  }
  changed_.notify_all();
}

}  // namespace firn::store
