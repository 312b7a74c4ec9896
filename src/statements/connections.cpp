#include "statements/connections.hpp"

#include <chrono>

namespace firn::statements {
namespace {

constexpr std::size_t kMostIdle = 16;
constexpr auto kTurnTimeout = std::chrono::seconds(600);
constexpr std::string_view kAttachment = "statements.transaction";
constexpr std::string_view kVolatilePrefix = "firn:volatile:";

std::shared_ptr<SessionTransaction> TransactionOf(sessions::Session& session) {
  return std::static_pointer_cast<SessionTransaction>(session.Attachment(
      std::string(kAttachment), [] { return std::make_shared<SessionTransaction>(); }));
}

}  // namespace

Result<std::unique_ptr<engine::Connection>> ConnectionPool::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return engine_.Connect();
}

void ConnectionPool::Give(std::unique_ptr<engine::Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

Result<Lease> Lease::Borrow(Execution& execution) {
  Lease lease;
  lease.execution_ = &execution;
  lease.transaction_ = TransactionOf(execution.session);
  lease.turn_ = std::unique_lock(lease.transaction_->turn, std::defer_lock);
  if (!lease.turn_.try_lock_for(kTurnTimeout)) {
    return Error{Code::kTimeout,
                 "another statement of this session has held its transaction for 10 minutes; "
                 "cancel it or use a second session"};
  }
  if (lease.transaction_->connection) {
    lease.connection_ = std::move(lease.transaction_->connection);
  } else {
    FIRN_TRY(lease.connection_, execution.services.connections.Take());
    lease.turn_.unlock();
  }
  FIRN_CHECK(lease.connection_->SetTimeZone(execution.state.parameters.Get("TIMEZONE")));
  execution.cancellation.OnCancel(
      [connection = lease.connection_.get()] { connection->Interrupt(); });
  return lease;
}

Lease::~Lease() {
  if (!connection_) return;
  execution_->cancellation.OnCancel({});
  if (!connection_->in_transaction()) {
    if (turn_.owns_lock()) transaction_->failed_because.clear();
    execution_->services.connections.Give(std::move(connection_));
    return;
  }
  if (!turn_.owns_lock()) turn_.lock();
  transaction_->connection = std::move(connection_);
}

Error Lease::Fail(Error error) {
  // What fails before it runs (an unknown table, a typing error) leaves the transaction whole.
  const bool ran = !error.message.starts_with("SQL compilation error");
  if (ran && connection_->in_transaction() && transaction_->failed_because.empty()) {
    transaction_->failed_because = error.message;
  }
  return error;
}

Status Lease::Begin() {
  if (connection_->in_transaction()) return {};
  if (!turn_.owns_lock()) turn_.lock();
  FIRN_CHECK(MarkVolatile(execution_->session, "transaction", true));
  return connection_->Begin();
}

Status Lease::Commit() {
  if (!connection_->in_transaction()) return {};
  FIRN_CHECK(MarkVolatile(execution_->session, "transaction", false));
  if (!transaction_->failed_because.empty()) {
    const auto because = std::exchange(transaction_->failed_because, {});
    FIRN_CHECK(connection_->Rollback());
    return SqlError(Code::kConflict, 625, "57014",
                    "The transaction was rolled back, not committed, because a statement in it "
                    "failed: " +
                        because);
  }
  return connection_->Commit();
}

Status Lease::Rollback() {
  if (!connection_->in_transaction()) return {};
  FIRN_CHECK(MarkVolatile(execution_->session, "transaction", false));
  transaction_->failed_because.clear();
  return connection_->Rollback();
}

Status RollBackOpen(sessions::Session& session) {
  const auto transaction = TransactionOf(session);
  const std::lock_guard lock(transaction->turn);
  if (!transaction->connection) return {};
  const auto connection = std::move(transaction->connection);
  return connection->Rollback();
}

Status MarkVolatile(sessions::Session& session, std::string_view what, bool present) {
  const auto key = std::string(kVolatilePrefix) + std::string(what);
  if (session.State().variables.contains(key) == present) return {};
  return session.Update([&](sessions::SessionState& state) {
    if (present) {
      state.variables[key] = "here";
    } else {
      state.variables.erase(key);
    }
  });
}

Status CheckLost(Execution& execution) {
  // The mark is stored; the attachment lives with the process. A mark without one is a loss.
  bool made_now = false;
  execution.session.Attachment("statements.alive", [&] {
    made_now = true;
    return std::make_shared<int>(0);
  });
  if (!made_now) return {};
  std::string lost;
  FIRN_CHECK(execution.session.Update([&](sessions::SessionState& state) {
    std::erase_if(state.variables, [&](const auto& entry) {
      if (!entry.first.starts_with(kVolatilePrefix)) return false;
      if (!lost.empty()) lost += " and its ";
      lost += entry.first.substr(kVolatilePrefix.size());
      return true;
    });
  }));
  if (lost.empty()) return {};
  return SqlError(Code::kConflict, 625, "57014",
                  "Firn was restarted: this session's open " + lost +
                      " did not survive it. The session itself goes on; begin again.");
}

}  // namespace firn::statements
