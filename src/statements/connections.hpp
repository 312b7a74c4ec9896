#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// Idle DuckDB connections, so that a statement need not make one. Thread-safe.
class ConnectionPool {
 public:
  explicit ConnectionPool(engine::Engine& engine) : engine_(engine) {}
  Result<std::unique_ptr<engine::Connection>> Take();
  void Give(std::unique_ptr<engine::Connection> connection);

 private:
  engine::Engine& engine_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<engine::Connection>> idle_;  // guarded by mutex_
};

/// What a session keeps between statements while a transaction is open. Statements of one session
/// that run at the same time take turns while it is.
struct SessionTransaction {
  std::timed_mutex turn;
  std::unique_ptr<engine::Connection> connection;  // guarded by turn; null: no transaction
  std::string failed_because;                      // guarded by turn; of the open transaction
};

/// The connection that one statement runs on: the session's while a transaction is open, else one
/// of the pool's. Cancelling the statement interrupts it. Given back when this ends.
class Lease {
 public:
  /// Errors: kTimeout when another statement of the session holds its transaction for too long.
  static Result<Lease> Borrow(Execution& execution);
  Lease(Lease&& other) noexcept = default;
  ~Lease();

  engine::Connection& operator*() const { return *connection_; }
  engine::Connection* operator->() const { return connection_.get(); }
  [[nodiscard]] bool in_transaction() const { return connection_->in_transaction(); }
  /// An error inside a transaction leaves it unusable: what the next statements are told.
  Error Fail(Error error);

  Status Begin();
  Status Commit();
  Status Rollback();

 private:
  Lease() = default;
  Execution* execution_ = nullptr;
  std::shared_ptr<SessionTransaction> transaction_;
  std::unique_lock<std::timed_mutex> turn_;
  std::unique_ptr<engine::Connection> connection_;
};

/// Ends the session's open transaction without a commit; waits for a statement within it.
Status RollBackOpen(sessions::Session& session);

/// Marks in the stored session that it has something which a restart would lose.
Status MarkVolatile(sessions::Session& session, std::string_view what, bool present);
/// What a session had before a restart took it: said once, then forgotten.
Status CheckLost(Execution& execution);

}  // namespace firn::statements
