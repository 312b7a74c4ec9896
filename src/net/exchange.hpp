#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "net/loop.hpp"
#include "net/reply.hpp"
#include "net/server.hpp"

namespace firn::net {

/// One request that waits for its answer. Shared by the connection (until it is answered or the
/// peer has gone) and by the handler's Responder. Thread-safe.
class Exchange {
 public:
  Exchange(std::shared_ptr<Loop> loop, std::weak_ptr<Connection> connection, ReplyForm form)
      : loop_(std::move(loop)), connection_(std::move(connection)), form_(form) {}

  /// The first call counts.
  void Respond(Response response);
  [[nodiscard]] bool gone() const;
  void OnGone(std::function<void()> callback);
  [[nodiscard]] bool answered() const;

  /// The connection's part: the peer has hung up.
  void MarkGone();

 private:
  /// Calls it with its exceptions caught.
  static void Notify(const std::function<void()>& callback);

  const std::shared_ptr<Loop> loop_;
  const std::weak_ptr<Connection> connection_;
  const ReplyForm form_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  bool answered_ = false;
  bool gone_ = false;
  std::function<void()> on_gone_;
};

/// The handler's end of an exchange; dropped without an answer it answers 500.
std::shared_ptr<Responder> MakeResponder(std::shared_ptr<Exchange> exchange);

}  // namespace firn::net
