#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <thread>
#include <vector>

#include "net/test_server.hpp"

using namespace firn;
using namespace firn::net;
using namespace firn::net::testing;

namespace {

using Held = std::promise<std::shared_ptr<Responder>>;

/// Keeps the responder and ends: a long poll.
Handler Hold(Held& held) {
  return [&held](const Request&, const std::shared_ptr<Responder>& responder) {
    held.set_value(responder);
  };
}

}  // namespace

TEST_CASE("lifetime: an answer may come later from another thread, once") {
  Held held;
  const auto server = MustStart(Hold(held));
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  auto future = held.get_future();
  REQUIRE(Comes(future));
  std::thread other([responder = future.get()] {
    CHECK(!responder->gone());
    responder->Respond(Text("later"));
    responder->Respond(Text("never"));
  });
  CHECK(wire.Receive().ends_with("later"));
  other.join();
}

TEST_CASE("lifetime: the handler learns that the peer has gone") {
  Held held;
  const auto server = MustStart(Hold(held));
  auto wire = std::make_unique<Wire>(server->port());
  // An early next request does not hide the end.
  wire->Send("GET / HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
  auto future = held.get_future();
  REQUIRE(Comes(future));
  const auto responder = future.get();
  std::promise<void> gone;
  responder->OnGone([&] { gone.set_value(); });
  wire.reset();
  auto told = gone.get_future();
  REQUIRE(Comes(told));
  CHECK(responder->gone());
  std::promise<void> again;
  responder->OnGone([&] { again.set_value(); });
  auto at_once = again.get_future();
  CHECK(Comes(at_once));
  responder->Respond(Text("nobody hears it"));
  CHECK(server->connections() == 0);
}

TEST_CASE("lifetime: an answered request is never gone") {
  std::atomic<int> calls = 0;
  const auto server = MustStart([&](const Request&, const std::shared_ptr<Responder>& responder) {
    responder->OnGone([&] { ++calls; });
    responder->Respond(Text("ok"));
  });
  {
    Wire wire(server->port());
    wire.Send("GET / HTTP/1.1\r\n\r\n");
    CHECK(wire.Receive().ends_with("ok"));
  }
  server->Stop(0);
  CHECK(calls == 0);
}

TEST_CASE("lifetime: a responder outlives its server") {
  Held held;
  auto server = MustStart(Hold(held));
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  auto future = held.get_future();
  REQUIRE(Comes(future));
  const auto responder = future.get();
  server.reset();
  CHECK(responder->gone());
  responder->Respond(Text("too late"));
  CHECK(wire.ReceiveAll().empty());
}

TEST_CASE("lifetime: stop waits for an answer under way and closes the idle") {
  Held held;
  const auto server = MustStart(Hold(held));
  Wire idle(server->port());
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  auto future = held.get_future();
  REQUIRE(Comes(future));
  const auto responder = future.get();
  std::thread stopper([&] { server->Stop(20); });
  CHECK(idle.ReceiveAll().empty());  // ends once the stop has begun
  responder->Respond(Text(std::string(3'000'000, 'z')));
  CHECK(wire.ReceiveAll().size() > 3'000'000);
  stopper.join();
  CHECK(!Wire(server->port()).connected);
}

TEST_CASE("lifetime: a stop without grace ends what is under way") {
  Held held;
  const auto server = MustStart(Hold(held));
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  auto future = held.get_future();
  REQUIRE(Comes(future));
  server->Stop(0);
  CHECK(future.get()->gone());
  CHECK(wire.ReceiveAll().empty());
}

TEST_CASE("lifetime: half a request is cut off, an idle connection is closed") {
  Settings settings;
  settings.read_timeout_s = 1;
  settings.idle_timeout_s = 1;
  const auto server = MustStart(Echo, settings);
  Wire head(server->port());
  head.Send("GET / HT");
  Wire body(server->port());
  body.Send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  Wire idle(server->port());
  CHECK(head.ReceiveAll().starts_with("HTTP/1.1 408 "));
  CHECK(body.ReceiveAll().starts_with("HTTP/1.1 408 "));
  CHECK(idle.ReceiveAll().empty());
}

TEST_CASE("lifetime: a peer that does not read is cut off") {
  Settings settings;
  settings.write_timeout_s = 1;
  const auto server = MustStart(
      [](const Request&, const std::shared_ptr<Responder>& responder) {
        responder->Respond(Text(std::string(64'000'000, 'w')));
      },
      settings);
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  char first = 0;
  REQUIRE(::recv(wire.fd.get(), &first, 1, 0) == 1);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (server->connections() > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  CHECK(server->connections() == 0);
  CHECK(wire.ReceiveAll().size() < 64'000'000);
}

TEST_CASE("lifetime: connections over the limit are answered 503") {
  Settings settings;
  settings.max_connections = 2;
  const auto server = MustStart(Echo, settings);
  Wire first(server->port());
  Wire second(server->port());
  first.Send("GET / HTTP/1.1\r\n\r\n");
  first.Receive();
  Wire third(server->port());
  CHECK(third.ReceiveAll().starts_with("HTTP/1.1 503 "));
  second.Send("GET /still HTTP/1.1\r\n\r\n");
  CHECK(second.Receive().ends_with("GET /still "));
}

TEST_CASE("lifetime: a thousand idle connections do not slow one down") {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  REQUIRE(limit.rlim_cur >= 2100);
  const auto server = MustStart(Echo);
  std::vector<std::unique_ptr<Wire>> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(std::make_unique<Wire>(server->port()));
    REQUIRE(idle.back()->connected);
  }
  for (const auto& wire : idle) wire->Send("GET /a HTTP/1.1\r\n\r\n");
  for (const auto& wire : idle) REQUIRE(wire->Receive().ends_with("GET /a "));
  CHECK(server->connections() == 1000);
  Wire busy(server->port());
  for (int i = 0; i < 100; ++i) {
    busy.Send("GET /b HTTP/1.1\r\n\r\n");
    REQUIRE(busy.Receive().ends_with("GET /b "));
  }
}

TEST_CASE("lifetime: more blocking handlers than workers wait their turn") {
  Settings settings;
  settings.worker_threads = 2;
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  const auto server = MustStart(
      [&](const Request&, const std::shared_ptr<Responder>& responder) {
        const int now = ++running;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --running;
        responder->Respond(Text("ok"));
      },
      settings);
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 20; ++i) wires.push_back(std::make_unique<Wire>(server->port()));
  for (const auto& wire : wires) wire->Send("GET / HTTP/1.1\r\n\r\n");
  for (const auto& wire : wires) CHECK(wire->Receive().ends_with("ok"));
  CHECK(most <= 2);
}

TEST_CASE("lifetime: peers that hang up at any moment do no harm") {
  const auto server = MustStart([](const Request&, const std::shared_ptr<Responder>& responder) {
    responder->OnGone([] {});
    responder->Respond(Text(std::string(100'000, 'r')));
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&server] {
      for (int i = 0; i < 100; ++i) {
        Wire wire(server->port());
        wire.Send("GET / HTTP/1.1\r\n\r\n");
        if (i % 3 == 0) wire.Receive();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  CHECK(wire.Receive().size() > 100'000);
}
