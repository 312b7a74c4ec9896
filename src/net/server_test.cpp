#include "net/server.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "base/bytes.hpp"
#include "net/test_server.hpp"

using namespace firn;
using namespace firn::net;
using namespace firn::net::testing;

namespace {
bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}
std::string BodyOf(const std::string& answer) {
  const auto head = answer.find("\r\n\r\n");
  return head == std::string::npos ? "" : answer.substr(head + 4);
}
}  // namespace

TEST_CASE("server: one connection serves many requests, also early ones") {
  const auto server = MustStart(Echo);
  Wire wire(server->port());
  wire.Send("GET /one HTTP/1.1\r\n\r\n");
  CHECK(BodyOf(wire.Receive()) == "GET /one ");
  wire.Send("POST /two HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET /three HTTP/1.1\r\n\r\nGET /f");
  CHECK(BodyOf(wire.Receive()) == "POST /two hi");
  CHECK(BodyOf(wire.Receive()) == "GET /three ");
  wire.Send("our HTTP/1.1\r\nConnection: close\r\n\r\n");
  const auto last = wire.ReceiveAll();
  CHECK(Has(last, "Connection: close\r\n"));
  CHECK(BodyOf(last) == "GET /four ");
  CHECK(server->connections() <= 1);
}

TEST_CASE("server: HTTP/1.0 closes unless asked to keep alive") {
  const auto server = MustStart(Echo);
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(Has(wire.Receive(), "Connection: keep-alive\r\n"));
  wire.Send("GET / HTTP/1.0\r\n\r\n");
  CHECK(Has(wire.ReceiveAll(), "Connection: close\r\n"));
}

TEST_CASE("server: the handler sees path, query, headers and address") {
  std::promise<Request> seen;
  const auto server = MustStart([&](Request request, const std::shared_ptr<Responder>& responder) {
    seen.set_value(std::move(request));
    responder->Respond(Text("ok"));
  });
  Wire wire(server->port());
  wire.Send("GET /a%20b%2f..?x=1+2 HTTP/1.1\r\nX-One:  v \r\nX-ONE: w\r\n\r\n");
  wire.Receive();
  auto future = seen.get_future();
  REQUIRE(Comes(future));
  const auto request = future.get();
  CHECK(request.path == "/a b/..");
  CHECK(request.parameter("x") == "1 2");
  CHECK(request.header("x-one") == "v, w");
  CHECK(request.remote_address == "127.0.0.1");
  CHECK(!request.tls);
}

TEST_CASE("server: broken requests are answered in JSON and the connection ends") {
  const auto server = MustStart(Echo);
  for (const auto* text :
       {"nonsense\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /%zz HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nbad header\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    CAPTURE(text);
    Wire wire(server->port());
    wire.Send(text);
    const auto answer = wire.ReceiveAll();
    CHECK(answer.starts_with("HTTP/1.1 400 "));
    CHECK(Has(answer, R"({"code":"invalid","message":")"));
    CHECK(Has(answer, R"("success":false})"));
  }
}

TEST_CASE("server: a huge header is refused, in one piece or in many") {
  const auto server = MustStart(Echo);
  Wire one(server->port());
  one.Send("GET / HTTP/1.1\r\nX: " + std::string(200'000, 'a'));
  CHECK(one.ReceiveAll().starts_with("HTTP/1.1 431 "));
  Wire many(server->port());
  many.Send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 9000; ++i) many.Send("X-Field: 12345678\r\n");
  CHECK(many.ReceiveAll().starts_with("HTTP/1.1 431 "));
  Wire large(server->port());
  large.Send("GET / HTTP/1.1\r\nX: " + std::string(60'000, 'a') + "\r\n\r\n");
  CHECK(large.Receive().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("server: HEAD has the length but no body") {
  const auto server = MustStart([](const Request&, const std::shared_ptr<Responder>& responder) {
    responder->Respond(Text(std::string(5000, 'x')));
  });
  Wire wire(server->port());
  wire.Send("HEAD / HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
  CHECK(Has(wire.Receive(true), "Content-Length: 5000\r\n"));
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  CHECK(BodyOf(wire.Receive()).size() == 5000);
}

TEST_CASE("server: a compressible answer is gzipped for who accepts it") {
  const std::string text(100'000, 'y');
  const auto server =
      MustStart([&](const Request& request, const std::shared_ptr<Responder>& responder) {
        auto response = Text(request.path == "/small" ? "small" : text);
        response.compressible = request.path != "/not";
        responder->Respond(std::move(response));
      });
  Wire wire(server->port());
  const auto get = [&](const std::string& path, const std::string& accept) {
    wire.Send("GET " + path + " HTTP/1.1\r\nAccept-Encoding: " + accept + "\r\n\r\n");
    return wire.Receive();
  };
  const auto zipped = get("/", "deflate, gzip;q=0.5");
  CHECK(Has(zipped, "Content-Encoding: gzip\r\n"));
  const auto plain = Gunzip(BodyOf(zipped), 1 << 20);
  REQUIRE(plain);
  CHECK(*plain == text);
  for (const auto& answer :
       {get("/", "identity"), get("/", "gzip;q=0"), get("/not", "gzip"), get("/small", "gzip")}) {
    CHECK(!Has(answer, "Content-Encoding"));
  }
}

TEST_CASE("server: headers cannot be injected") {
  const auto server = MustStart([](const Request&, const std::shared_ptr<Responder>& responder) {
    auto response = Text("ok");
    response.headers = {
        {"X-Good", "a\r\nX-Evil: 1"}, {"X-Bad\r\nX-Evil", "1"}, {"Content-Length", "99"}};
    responder->Respond(std::move(response));
  });
  Wire wire(server->port());
  wire.Send("GET / HTTP/1.1\r\n\r\n");
  const auto answer = wire.Receive();
  CHECK(Has(answer, "X-Good: a  X-Evil: 1\r\n"));
  CHECK(!Has(answer, "\nX-Evil"));
  CHECK(!Has(answer, "99"));
  CHECK(BodyOf(answer) == "ok");
}

TEST_CASE("server: a file is sent whole or in part, a missing one is 404") {
  const Folder folder;
  const auto path = folder.path / "data";
  std::string content(3'000'000, ' ');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 % 251);
  REQUIRE(WriteFileDurably(path, content));
  const auto server =
      MustStart([&](const Request& request, const std::shared_ptr<Responder>& responder) {
        Response response;
        response.file = FileBody{request.path == "/missing" ? folder.path / "none" : path};
        if (request.path == "/part") {
          response.file->offset = 1000;
          response.file->length = 2000;
        }
        responder->Respond(std::move(response));
      });
  Wire wire(server->port());
  wire.Send("GET /all HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
  CHECK(BodyOf(wire.Receive()) == content);
  wire.Send("GET /part HTTP/1.1\r\n\r\n");
  CHECK(BodyOf(wire.Receive()) == content.substr(1000, 2000));
  wire.Send("HEAD /all HTTP/1.1\r\n\r\n");
  CHECK(Has(wire.Receive(true), "Content-Length: 3000000\r\n"));
  wire.Send("GET /missing HTTP/1.1\r\n\r\n");
  CHECK(wire.Receive().starts_with("HTTP/1.1 404 "));
}

TEST_CASE("server: a handler that throws or forgets to answer is answered 500") {
  const auto server = MustStart([](const Request& request, const std::shared_ptr<Responder>&) {
    if (request.path == "/throw") throw std::runtime_error("a bug");
  });
  Wire wire(server->port());
  wire.Send("GET /throw HTTP/1.1\r\n\r\n");
  const auto thrown = wire.Receive();
  CHECK(thrown.starts_with("HTTP/1.1 500 "));
  CHECK(!Has(thrown, "a bug"));
  wire.Send("GET /forget HTTP/1.1\r\n\r\n");
  CHECK(wire.Receive().starts_with("HTTP/1.1 500 "));
}

TEST_CASE("server: two servers on one port conflict") {
  const auto first = MustStart(Echo);
  Settings settings;
  settings.port = first->port();
  const auto second = Server::Start(settings, Echo, [](const Request&) { return BodyPlan{}; });
  REQUIRE(!second);
  CHECK(second.error().code == Code::kConflict);
}

TEST_CASE("server: a certificate that is none is refused at the start") {
  Settings settings;
  settings.tls = TlsFiles{"/nowhere/chain.pem", "/nowhere/key.pem"};
  const auto server = Server::Start(settings, Echo, [](const Request&) { return BodyPlan{}; });
  REQUIRE(!server);
  CHECK(server.error().code == Code::kInvalid);
}

TEST_CASE("server: a unix socket serves too and is removed at the end") {
  const Folder folder;
  Settings settings;
  settings.unix_socket = folder.path / "firn.sock";
  auto server = MustStart(Echo, settings);
  CHECK(std::filesystem::exists(*settings.unix_socket));
  CHECK(!Server::Start(settings, Echo, [](const Request&) { return BodyPlan{}; }));
  server.reset();
  CHECK(!std::filesystem::exists(*settings.unix_socket));
}
