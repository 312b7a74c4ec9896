#include "store/reader_pool.hpp"

#include <chrono>
#include <utility>

namespace firn::store {
namespace {
constexpr std::chrono::seconds kWaitLimit{30};
}  // namespace

Result<ReaderPool::Lease> ReaderPool::Take() {
  {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, kWaitLimit, [&] { return in_use_ < limit_; })) {
      return Error{Code::kExhausted,
                   "All connections to the metadata database are in use. Try again later."};
    }
    ++in_use_;
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->usable()) return Lease(*this, std::move(connection), false);
    }
  }
  auto connection = driver_.Connect(Driver::Role::kReader);
  if (!connection) {
    GiveBack(nullptr);
    return std::move(connection).error();
  }
  return Lease(*this, *std::move(connection), true);
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  if (connection && !connection->usable()) connection.reset();
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (connection) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace firn::store
