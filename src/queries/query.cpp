#include "queries/query.hpp"

namespace firn::queries {

State Query::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool Query::done() const { return result() != nullptr; }

std::shared_ptr<const Result<Ended>> Query::result() const {
  const std::lock_guard lock(mutex_);
  return result_;
}

void Query::WhenDone(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!result_) {
      when_done_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

void Query::MarkRunning() {
  const std::lock_guard lock(mutex_);
  state_ = State::kRunning;
}

void Query::Finish(Result<Ended> result) {
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    state_ = result ? State::kSucceeded : State::kFailed;
    result_ = std::make_shared<const Result<Ended>>(std::move(result));
    callbacks.swap(when_done_);
  }
  for (const auto& callback : callbacks) callback();
}

}  // namespace firn::queries
