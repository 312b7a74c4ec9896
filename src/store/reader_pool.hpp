#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"

namespace firn::store {

/// Connections for reading, made on demand up to a limit and kept. Thread-safe.
class ReaderPool {
 public:
  /// A connection that goes back when this ends, or is closed then when it was lost.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection, bool is_new)
        : pool_(&pool), connection_(std::move(connection)), is_new_(is_new) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->GiveBack(std::move(connection_));
    }
    Connection* operator->() const { return connection_.get(); }
    [[nodiscard]] bool is_new() const { return is_new_; }

   private:
    ReaderPool* pool_;  // outlives every lease
    std::unique_ptr<Connection> connection_;
    bool is_new_;
  };

  ReaderPool(Driver& driver, int limit) : driver_(driver), limit_(limit) {}
  /// Errors: kExhausted when all were in use for 30 s; those of connecting.
  Result<Lease> Take();

 private:
  void GiveBack(std::unique_ptr<Connection> connection);

  Driver& driver_;
  const int limit_;
  std::mutex mutex_;
  std::condition_variable returned_;
  int in_use_ = 0;                                 // guarded by mutex_
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace firn::store
