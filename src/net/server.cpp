#include "net/server.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "net/connection.hpp"
#include "net/listener.hpp"
#include "observe/log.hpp"

namespace firn::net {
namespace {

constexpr int kDiskThreads = 4;
// So many get a polite 503 beyond the limit; more are just closed.
constexpr int kRefusable = 256;

class HttpServer final : public Server {
 public:
  HttpServer(const Settings& settings, Handler handler, BodyPlanner planner,
             std::unique_ptr<Listener> listener, std::shared_ptr<TlsContext> tls)
      : services_{settings,
                  std::move(handler),
                  std::move(planner),
                  {},
                  WorkerPool(std::max(settings.worker_threads, 1)),
                  WorkerPool(kDiskThreads)},
        tls_(std::move(tls)),
        listener_(std::move(listener)),
        port_(listener_->port()) {}
  ~HttpServer() override { Stop(0); }

  void Run();
  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] int connections() const override { return services_.open.value(); }
  void Stop(int grace_s) override {
    std::call_once(stopped_, [&] { StopOnce(grace_s); });
  }

 private:
  void Take(UniqueFd socket, std::string remote_address);
  void StopOnce(int grace_s);
  void ForEachConnection(void (Connection::*action)());

  Services services_;
  const std::shared_ptr<TlsContext> tls_;
  const std::unique_ptr<Listener> listener_;
  const std::uint16_t port_;
  // Shared with the responders that may outlive the server.
  std::vector<std::shared_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
  std::size_t next_loop_ = 0;  // the listener's thread only
  std::once_flag stopped_;
};

void HttpServer::Run() {
  for (int i = 0; i < std::max(services_.settings.io_threads, 1); ++i) {
    loops_.push_back(std::make_shared<Loop>());
    threads_.emplace_back([loop = loops_.back()] { loop->Run(); });
  }
  listener_->Start([this](UniqueFd socket, std::string remote_address) {
    Take(std::move(socket), std::move(remote_address));
  });
}

void HttpServer::Take(UniqueFd socket, std::string remote_address) {
  const int open = services_.open.value();
  if (open >= services_.settings.max_connections + kRefusable) return;
  Peer peer{std::move(remote_address), tls_ != nullptr, open >= services_.settings.max_connections};
  const auto& loop = loops_[next_loop_++ % loops_.size()];
  services_.open.Add(1);
  auto shared = std::make_shared<UniqueFd>(std::move(socket));  // a task must be copyable
  loop->Post([this, loop, peer = std::move(peer), shared = std::move(shared)] {
    const bool local = services_.settings.unix_socket.has_value();
    auto stream = MakeStream(loop->context(), shared->release(), local, tls_.get());
    std::make_shared<Connection>(loop, services_, std::move(stream), peer)->Start();
  });
}

void HttpServer::ForEachConnection(void (Connection::*action)()) {
  for (const auto& loop : loops_) {
    loop->Post([raw = loop.get(), action] {
      const std::vector<std::shared_ptr<Connection>> all(raw->connections().begin(),
                                                         raw->connections().end());
      for (const auto& connection : all) (connection.get()->*action)();
    });
  }
}

void HttpServer::StopOnce(int grace_s) {
  listener_->Stop();
  ForEachConnection(&Connection::Finish);
  if (grace_s > 0) services_.open.WaitForNone(std::chrono::seconds(grace_s));
  ForEachConnection(&Connection::Close);
  for (const auto& loop : loops_) {
    loop->Post([raw = loop.get()] { raw->Quit(); });
  }
  for (auto& thread : threads_) thread.join();
  services_.disk.Stop();
  services_.workers.Stop();
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto found = headers.find(std::string(lower_case_name));
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Request::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::unique_ptr<Server>> Server::Start(const Settings& settings, Handler handler,
                                              BodyPlanner planner) {
  if (settings.tls && settings.unix_socket) {
    return Error{Code::kInvalid, "A unix socket is served without TLS.", 0, {}};
  }
  std::shared_ptr<TlsContext> tls;
  if (settings.tls) {
    FIRN_TRY(tls, TlsContext::Open(*settings.tls));
  }
  FIRN_TRY(auto listener, Listener::Open(settings));
  auto server = std::make_unique<HttpServer>(settings, std::move(handler), std::move(planner),
                                             std::move(listener), std::move(tls));
  server->Run();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace firn::net
