#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "net/exchange.hpp"
#include "net/loop.hpp"
#include "net/open_count.hpp"
#include "net/reply.hpp"
#include "net/request_reader.hpp"
#include "net/server.hpp"
#include "net/spool.hpp"
#include "net/stream.hpp"
#include "net/worker_pool.hpp"

namespace firn::net {

/// What all connections of a server share; outlives them.
struct Services {
  Settings settings;
  Handler handler;
  BodyPlanner planner;
  OpenCount open;
  WorkerPool workers;  ///< runs handlers
  WorkerPool disk;     ///< reads and writes bodies in files, so that no loop waits for a disk
};

struct Peer {
  std::string address;
  bool tls = false;
  bool refused = false;  ///< over max_connections: answered 503
};

/// One client's connection and the life of its requests, one at a time:
/// idle → head → body (→ interim, spooling) → handling → writing → idle or lingering → closed.
/// On its loop's thread only. The loop and pending operations share it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Counted in services.open by its maker; takes itself out when it closes.
  Connection(std::shared_ptr<Loop> loop, Services& services, std::unique_ptr<Stream> stream,
             Peer peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start();
  void Answer(Reply reply);
  /// Closes it now, or when the answer under way is written.
  void Finish();
  void Close();
  [[nodiscard]] bool late(TimePoint now) const { return now >= deadline_; }
  void OnLate();

 private:
  enum class State {
    kHandshake,
    kIdle,
    kHead,
    kBody,
    kInterim,   ///< "100 Continue" is being written
    kSpooling,  ///< a block of body is being written to disk
    kHandling,  ///< the handler's turn; reading on tells whether the peer has gone
    kWriting,
    kLingering,  ///< all is said; what still comes is dropped, so that no reset eats the answer
    kClosed,
  };

  void OnHandshake(bool ok);
  void StartRead();
  bool EnsureRoom();
  void OnRead(bool ok, std::size_t bytes);
  void OnEnd();
  void Advance();
  void WantMore();
  bool PlanBody();
  bool CheckBody(const BodyPlan& plan);
  void SendInterim();
  bool TakeBody(bool done);
  void OnSpooled(const Status& status);
  void Dispatch();
  void Refuse(const Refusal& refusal);
  void Write();
  void OnWritten(bool ok, std::size_t bytes);
  void ReadFileBlock();
  void OnFileBlock(std::string block);
  void FinishAnswer();
  void BeIdle();
  void Linger();
  void SetDeadline(int seconds) {
    deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  }
  void ClearDeadline() { deadline_ = TimePoint::max(); }
  [[nodiscard]] std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }

  const std::shared_ptr<Loop> loop_;
  Services& services_;
  const std::unique_ptr<Stream> stream_;
  const Peer peer_;
  State state_ = State::kHandshake;
  TimePoint deadline_ = TimePoint::max();
  bool finishing_ = false;
  bool saw_end_ = false;

  // Received bytes are [begin_, end_). While a read is pending it writes behind end_, so nothing
  // may move.
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool reading_ = false;

  std::unique_ptr<RequestReader> reader_;
  BodyPlan plan_;
  ReplyForm form_;
  std::shared_ptr<Spool> spool_;  // shared with the disk task that writes a block
  std::shared_ptr<Exchange> exchange_;

  Reply reply_;
  std::size_t head_sent_ = 0;
  std::size_t body_sent_ = 0;
  std::shared_ptr<UniqueFd> file_;  // shared with the disk task that reads a block
};

}  // namespace firn::net
