#include "net/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <vector>

#include "net/connection.hpp"
#include "observe/log.hpp"

namespace firn::net {
namespace {
namespace asio = boost::asio;
// How late a time-out may come. One timer a loop instead of one a connection and request.
constexpr std::chrono::milliseconds kTick(500);
}  // namespace

struct Loop::Asio {
  // 1: one thread runs it, others only post.
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>,
                             asio::io_context::executor_type>
      timer{context};
};

Loop::Loop() : asio_(std::make_unique<Asio>()) {}
Loop::~Loop() = default;

asio::io_context& Loop::context() { return asio_->context; }

void Loop::Post(Task task) { asio::post(asio_->context, std::move(task)); }

void Loop::Run() {
  Tick();
  while (true) {
    try {
      asio_->context.run();
      return;
    } catch (const std::exception& e) {
      observe::Logger().Error("net.loop_failed", {{"error", std::string_view(e.what())}});
    }
  }
}

void Loop::Quit() {
  asio_->work.reset();
  asio_->timer.cancel();
}

void Loop::Tick() {
  asio_->timer.expires_after(kTick);
  asio_->timer.async_wait([this](const boost::system::error_code& error) {
    if (error || !asio_->work.owns_work()) return;
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Connection>> late;
    for (const auto& connection : connections_) {
      if (connection->late(now)) late.push_back(connection);
    }
    for (const auto& connection : late) connection->OnLate();
    Tick();
  });
}

}  // namespace firn::net
