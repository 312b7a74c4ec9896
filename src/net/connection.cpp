#include "net/connection.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "base/names.hpp"
#include "net/handling.hpp"
#include "observe/log.hpp"

namespace firn::net {
namespace {

constexpr std::size_t kSmallBuffer = 4 * 1024;
constexpr std::size_t kBodyBuffer = 256 * 1024;
constexpr std::size_t kReadAhead = 64 * 1024;  // while a handler works
constexpr std::size_t kSpoolBlock = 512 * 1024;
constexpr std::size_t kOnePacket = 16 * 1024;
constexpr int kLinger_s = 2;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(std::shared_ptr<Loop> loop, Services& services,
                       std::unique_ptr<Stream> stream, Peer peer)
    : loop_(std::move(loop)),
      services_(services),
      stream_(std::move(stream)),
      peer_(std::move(peer)) {}

Connection::~Connection() = default;

void Connection::Start() {
  loop_->connections().insert(shared_from_this());
  SetDeadline(services_.settings.read_timeout_s);
  stream_->Handshake([self = shared_from_this()](bool ok, std::size_t) { self->OnHandshake(ok); });
}

void Connection::OnHandshake(bool ok) {
  if (state_ == State::kClosed) return;
  if (!ok) return Close();
  if (peer_.refused) {
    return Refuse({503, Code::kUnavailable, "Too many connections are open; try again later."});
  }
  BeIdle();
}

void Connection::BeIdle() {
  if (saw_end_ || finishing_) return Close();
  if (unread().empty()) {
    state_ = State::kIdle;
    SetDeadline(services_.settings.idle_timeout_s);
    return StartRead();
  }
  state_ = State::kHead;
  form_ = ReplyForm();
  reader_ = std::make_unique<RequestReader>(services_.settings.max_header_bytes);
  SetDeadline(services_.settings.read_timeout_s);
  Advance();
}

// Reading

bool Connection::EnsureRoom() {
  if (begin_ == end_) begin_ = end_ = 0;
  std::size_t wanted = std::max(capacity_, kSmallBuffer);
  if (state_ == State::kBody) {
    const auto left = reader_->content_length().value_or(std::uint64_t{1} << 60U) -
                      static_cast<std::uint64_t>(reader_->body_bytes());
    wanted = std::max(wanted, static_cast<std::size_t>(std::min<std::uint64_t>(left, kBodyBuffer)));
  }
  if (begin_ > 0 && end_ == capacity_) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (end_ == wanted) {
    // A head must lie in one piece.
    const auto limit =
        state_ == State::kHead
            ? static_cast<std::size_t>(services_.settings.max_header_bytes) + kSmallBuffer
            : kReadAhead;
    if (wanted >= limit) return false;
    wanted = std::min(wanted * 4, limit);
  }
  if (wanted > capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (end_ > begin_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    buffer_ = std::move(larger);
    capacity_ = wanted;
  }
  return true;
}

void Connection::StartRead() {
  if (reading_ || saw_end_ || state_ == State::kClosed || !EnsureRoom()) return;
  reading_ = true;
  stream_->ReadSome(
      buffer_.get() + end_, capacity_ - end_,
      [self = shared_from_this()](bool ok, std::size_t bytes) { self->OnRead(ok, bytes); });
}

void Connection::OnRead(bool ok, std::size_t bytes) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  if (!ok) return OnEnd();
  end_ += bytes;
  switch (state_) {
    case State::kIdle: return BeIdle();
    case State::kBody: SetDeadline(services_.settings.read_timeout_s); return Advance();
    case State::kHead:  // no new deadline: a byte now and then must not hold it for ever
      return Advance();
    case State::kLingering: begin_ = end_ = 0; return StartRead();
    default:  // an early next request: kept
      return StartRead();
  }
}

void Connection::OnEnd() {
  saw_end_ = true;
  // A peer that only said its last word may still read what is being written.
  if (state_ != State::kWriting && state_ != State::kSpooling && state_ != State::kInterim) Close();
}

void Connection::Advance() {
  while (state_ == State::kHead || state_ == State::kBody) {
    const auto step = reader_->Put(unread());
    begin_ += step.consumed;
    if (step.state == RequestReader::State::kFailed) return Refuse(reader_->refusal());
    const bool done = step.state == RequestReader::State::kDone;
    if (state_ == State::kHead && reader_->head_done() && !PlanBody()) return;
    if (state_ == State::kBody && !TakeBody(done)) return;
    if (done) return Dispatch();
    if (step.state == RequestReader::State::kNeedMore) return WantMore();
  }
}

void Connection::WantMore() {
  if (saw_end_) return Close();
  StartRead();
  if (!reading_ && state_ == State::kHead) {
    Refuse({431, Code::kInvalid, "The request's headers are too large."});
  }
}

/// False when it has refused, or when the body has to wait.
bool Connection::PlanBody() {
  auto& request = reader_->request();
  request.remote_address = peer_.address;
  request.tls = peer_.tls;
  form_.head_only = request.method == "HEAD";
  form_.http_1_0 = reader_->http_1_0();
  form_.keep_alive = reader_->keep_alive();
  form_.accepts_gzip = AcceptsGzip(request.header("accept-encoding"));
  try {
    plan_ = services_.planner(request);
  } catch (const std::exception& e) {
    observe::Logger().Error("net.planner_threw", {{"path", std::string_view(request.path)},
                                                  {"error", std::string_view(e.what())}});
    Refuse({500, Code::kInternal, "The server met an error of its own."});
    return false;
  }
  if (!CheckBody(plan_)) return false;
  state_ = State::kBody;
  const bool expects = EqualIgnoringCase(request.header("expect"), "100-continue");
  if (!expects || form_.http_1_0 || !unread().empty()) return true;
  SendInterim();
  return false;
}

bool Connection::CheckBody(const BodyPlan& plan) {
  const auto& request = reader_->request();
  const auto length = reader_->content_length();
  if (length && *length > static_cast<std::uint64_t>(std::max<std::int64_t>(plan.max_bytes, 0))) {
    Refuse({413, Code::kInvalid,
            "The request's body is too large: at most " + std::to_string(plan.max_bytes) +
                " bytes are taken here."});
    return false;
  }
  const auto encoding = LowerCase(request.header("content-encoding"));
  if (!plan.spool_to && !encoding.empty() && encoding != "gzip" && encoding != "x-gzip" &&
      encoding != "identity") {
    Refuse({415, Code::kInvalid, "Of content encodings only gzip is understood here."});
    return false;
  }
  if (!plan.spool_to) return true;
  auto spool = Spool::Create(*plan.spool_to);
  if (!spool) {
    observe::Logger().Error("net.spool_failed",
                            {{"error", std::string_view(spool.error().message)}});
    Refuse({500, Code::kInternal, "The upload cannot be stored."});
    return false;
  }
  spool_ = *std::move(spool);
  return true;
}

void Connection::SendInterim() {
  state_ = State::kInterim;
  SetDeadline(services_.settings.write_timeout_s);
  stream_->WriteSome(kContinue, {}, [self = shared_from_this()](bool ok, std::size_t bytes) {
    if (self->state_ != State::kInterim) return;
    if (!ok || bytes != kContinue.size()) return self->Close();
    self->state_ = State::kBody;
    self->SetDeadline(self->services_.settings.read_timeout_s);
    self->Advance();
  });
}

/// Holds what came against the limit and hands a full block to the disk. False: not now.
bool Connection::TakeBody(bool done) {
  auto& body = reader_->request().body;
  if (reader_->body_bytes() > plan_.max_bytes) {
    Refuse({413, Code::kInvalid,
            "The request's body is too large: at most " + std::to_string(plan_.max_bytes) +
                " bytes are taken here."});
    return false;
  }
  if (!spool_ || body.empty() || (!done && body.size() < kSpoolBlock)) return true;
  state_ = State::kSpooling;
  ClearDeadline();
  auto block = std::make_shared<std::string>(std::exchange(body, {}));
  services_.disk.Submit(
      [loop = loop_, connection = weak_from_this(), spool = spool_, block = std::move(block)] {
        auto status = std::make_shared<Status>(spool->Append(*block));
        loop->Post([connection, status = std::move(status)] {
          if (const auto alive = connection.lock()) alive->OnSpooled(*status);
        });
      });
  return false;
}

void Connection::OnSpooled(const Status& status) {
  if (state_ != State::kSpooling) return;
  if (!status) {
    observe::Logger().Error("net.spool_failed",
                            {{"error", std::string_view(status.error().message)}});
    return Refuse({507, Code::kExhausted,
                   "The upload cannot be stored: the server's disk refuses to take it."});
  }
  state_ = State::kBody;
  SetDeadline(services_.settings.read_timeout_s);
  Advance();
}

void Connection::Dispatch() {
  state_ = State::kHandling;
  ClearDeadline();
  exchange_ = std::make_shared<Exchange>(loop_, weak_from_this(), form_);
  auto work = std::make_shared<Work>();
  work->request = std::move(reader_->request());
  work->exchange = exchange_;
  work->spool = std::move(spool_);
  work->max_bytes = plan_.max_bytes;
  reader_.reset();
  if (capacity_ > kSmallBuffer && unread().empty() && !reading_) {
    buffer_.reset();
    capacity_ = begin_ = end_ = 0;
  }
  services_.workers.Submit(
      [&services = services_, work = std::move(work)] { Handle(services, *work); });
  if (saw_end_) return Close();
  StartRead();
}

// Writing

void Connection::Refuse(const Refusal& refusal) {
  form_.keep_alive = false;
  form_.accepts_gzip = false;
  auto reply = MakeReply(ErrorResponse(refusal.status, refusal.code, refusal.message), form_);
  spool_.reset();
  reader_.reset();  // may own `refusal`
  state_ = State::kHandling;
  Answer(std::move(reply));
}

void Connection::Answer(Reply reply) {
  if (state_ != State::kHandling) return;
  exchange_.reset();
  state_ = State::kWriting;
  reply_ = std::move(reply);
  head_sent_ = body_sent_ = 0;
  if (reply_.body.size() <= kOnePacket) reply_.head += std::exchange(reply_.body, {});
  if (reply_.file) file_ = std::make_shared<UniqueFd>(std::move(reply_.file));
  SetDeadline(services_.settings.write_timeout_s);
  Write();
}

void Connection::Write() {
  const auto head = std::string_view(reply_.head).substr(head_sent_);
  const auto body = std::string_view(reply_.body).substr(body_sent_);
  if (head.empty() && body.empty()) {
    return reply_.file_left > 0 ? ReadFileBlock() : FinishAnswer();
  }
  stream_->WriteSome(head, body, [self = shared_from_this()](bool ok, std::size_t bytes) {
    self->OnWritten(ok, bytes);
  });
}

void Connection::OnWritten(bool ok, std::size_t bytes) {
  if (state_ != State::kWriting) return;
  if (!ok) return Close();
  const auto of_head = std::min(bytes, reply_.head.size() - head_sent_);
  head_sent_ += of_head;
  body_sent_ += bytes - of_head;
  SetDeadline(services_.settings.write_timeout_s);
  Write();
}

void Connection::ReadFileBlock() {
  ClearDeadline();
  const auto size = std::min<std::int64_t>(reply_.file_left, kSpoolBlock);
  auto block = std::make_shared<std::string>(std::exchange(reply_.body, {}));
  services_.disk.Submit([loop = loop_, connection = weak_from_this(), file = file_,
                         offset = reply_.file_offset, size, block = std::move(block)] {
    ReadBlock(file->get(), offset, static_cast<std::size_t>(size), *block);
    loop->Post([connection, block] {
      if (const auto alive = connection.lock()) alive->OnFileBlock(std::move(*block));
    });
  });
}

void Connection::OnFileBlock(std::string block) {
  if (state_ != State::kWriting) return;
  if (block.empty()) {
    observe::Logger().Warn("net.file_ended_early", {{"left_bytes", reply_.file_left}});
    return Close();  // the promised length cannot be kept
  }
  reply_.file_offset += static_cast<std::int64_t>(block.size());
  reply_.file_left -= static_cast<std::int64_t>(block.size());
  reply_.body = std::move(block);
  body_sent_ = 0;
  SetDeadline(services_.settings.write_timeout_s);
  Write();
}

void Connection::FinishAnswer() {
  const bool close = reply_.close;
  reply_ = Reply();
  file_.reset();
  if (saw_end_) return Close();
  if (close) return Linger();
  BeIdle();
}

void Connection::Linger() {
  if (finishing_) return Close();
  state_ = State::kLingering;
  SetDeadline(kLinger_s);
  if (!reading_) begin_ = end_ = 0;
  stream_->ShutdownSend([self = shared_from_this()](bool, std::size_t) {});
  StartRead();
}

// The end

void Connection::Finish() {
  finishing_ = true;
  if (state_ != State::kHandling && state_ != State::kWriting) Close();
}

void Connection::OnLate() {
  if (state_ == State::kHead || state_ == State::kBody) {
    return Refuse({408, Code::kTimeout, "The rest of the request did not come in time."});
  }
  Close();
}

void Connection::Close() {
  if (state_ == State::kClosed) return;
  const auto self = shared_from_this();
  state_ = State::kClosed;
  spool_.reset();
  reader_.reset();
  stream_->Close();
  loop_->connections().erase(self);
  services_.open.Add(-1);
  if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->MarkGone();
}

}  // namespace firn::net
