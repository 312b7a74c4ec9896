#include "net/exchange.hpp"

#include <exception>
#include <utility>

#include "net/connection.hpp"
#include "observe/log.hpp"

namespace firn::net {
namespace {

class ExchangeResponder final : public Responder {
 public:
  explicit ExchangeResponder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~ExchangeResponder() override {
    if (exchange_->answered() || exchange_->gone()) return;
    observe::Logger().Error("net.request_unanswered");
    exchange_->Respond(ErrorResponse(500, Code::kInternal, "The server dropped this request."));
  }
  ExchangeResponder(const ExchangeResponder&) = delete;
  ExchangeResponder& operator=(const ExchangeResponder&) = delete;

  void Respond(Response response) override { exchange_->Respond(std::move(response)); }
  [[nodiscard]] bool gone() const override { return exchange_->gone(); }
  void OnGone(std::function<void()> callback) override { exchange_->OnGone(std::move(callback)); }

 private:
  const std::shared_ptr<Exchange> exchange_;
};

}  // namespace

void Exchange::Respond(Response response) {
  std::function<void()> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    answered_ = true;
    dropped.swap(on_gone_);
    if (gone_) return;
  }
  // Compressing and opening happen here, on the caller's thread, not on the loop's.
  auto reply = std::make_shared<Reply>(MakeReply(std::move(response), form_));
  loop_->Post([connection = connection_, reply = std::move(reply)] {
    if (const auto alive = connection.lock()) alive->Answer(std::move(*reply));
  });
}

bool Exchange::gone() const {
  const std::lock_guard lock(mutex_);
  return gone_;
}

bool Exchange::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

void Exchange::OnGone(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (answered_) return;
    if (!gone_) {
      on_gone_.swap(callback);
      return;
    }
  }
  Notify(callback);
}

void Exchange::MarkGone() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    callback.swap(on_gone_);
  }
  Notify(callback);
}

void Exchange::Notify(const std::function<void()>& callback) {
  if (!callback) return;
  try {
    callback();
  } catch (const std::exception& e) {
    observe::Logger().Error("net.gone_callback_failed", {{"error", std::string_view(e.what())}});
  }
}

std::shared_ptr<Responder> MakeResponder(std::shared_ptr<Exchange> exchange) {
  return std::make_shared<ExchangeResponder>(std::move(exchange));
}

}  // namespace firn::net
