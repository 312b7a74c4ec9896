#include "net/client.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "net/test_server.hpp"

using namespace firn;
using namespace firn::net;
using namespace firn::net::testing;

namespace {
Client ClientFor(const Server& server) {
  return Client(*ParseUrl("http://127.0.0.1:" + std::to_string(server.port())));
}
}  // namespace

TEST_CASE("client: requests over one kept connection") {
  const auto server = MustStart(Echo);
  auto client = ClientFor(*server);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.Send("POST", "/x?y=1", {{"X-A", "b"}}, "body");
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "POST /x body");
  }
  CHECK(server->connections() == 1);
  const auto head = client.Send("HEAD", "/");
  REQUIRE(head);
  CHECK(head->headers.at("content-length") == "7");
  CHECK(head->body.empty());
}

TEST_CASE("client: a gzip answer arrives plain") {
  const auto server = MustStart([](const Request&, const std::shared_ptr<Responder>& responder) {
    responder->Respond(Text(std::string(50'000, 'g')));
  });
  const auto answer = ClientFor(*server).Send("GET", "/");
  REQUIRE(answer);
  CHECK(answer->headers.at("content-encoding") == "gzip");
  CHECK(answer->body == std::string(50'000, 'g'));
}

TEST_CASE("client: nobody there is unavailable and says so") {
  auto server = MustStart(Echo);
  auto client = ClientFor(*server);
  REQUIRE(client.Send("GET", "/"));
  server.reset();
  const auto answer = client.Send("GET", "/");
  REQUIRE(!answer);
  CHECK(answer.error().code == Code::kUnavailable);
  CHECK(answer.error().message.find("is the server running") != std::string::npos);
}

TEST_CASE("client: a connection that the server closed is opened anew") {
  const auto server = MustStart([](const Request&, const std::shared_ptr<Responder>& responder) {
    auto response = Text("ok");
    response.headers.emplace_back("Connection", "close");
    responder->Respond(std::move(response));
  });
  auto client = ClientFor(*server);
  CHECK(client.Send("POST", "/")->body == "ok");
  CHECK(client.Send("POST", "/")->body == "ok");
}

TEST_CASE("client: an answer that does not come is a timeout") {
  std::shared_ptr<Responder> held;
  const auto server = MustStart(
      [&](const Request&, const std::shared_ptr<Responder>& responder) { held = responder; });
  const auto answer = ClientFor(*server).Send("GET", "/", {}, {}, 50);
  REQUIRE(!answer);
  CHECK(answer.error().code == Code::kTimeout);
  server->Stop(0);
}

TEST_CASE("client: files go up and come down with progress") {
  const Folder folder;
  const std::string content(2'500'000, 'f');
  REQUIRE(WriteFileDurably(folder.path / "in", content));
  const auto server = MustStart(
      [&](Request request, const std::shared_ptr<Responder>& responder) {
        if (request.method == "PUT") {
          std::filesystem::rename(*request.body_file, folder.path / "stored");
          return responder->Respond(Text("stored"));
        }
        Response response;
        response.file = FileBody{folder.path / "stored"};
        responder->Respond(std::move(response));
      },
      {}, {std::int64_t{1} << 30, folder.path / "spool"});
  auto client = ClientFor(*server);
  std::int64_t moved = 0;
  ClientRequest request;
  request.method = "PUT";
  request.upload = folder.path / "in";
  request.progress = [&](std::int64_t done, std::int64_t) { moved = done; };
  REQUIRE(client.Send(request));
  CHECK(moved == 2'500'000);
  moved = 0;
  request.method = "GET";
  request.upload.reset();
  request.download = folder.path / "out";
  std::filesystem::remove(folder.path / "spool");
  const auto answer = client.Send(request);
  REQUIRE(answer);
  CHECK(moved == 2'500'000);
  CHECK(*ReadFile(folder.path / "out") == content);
}

TEST_CASE("client: an upload that is too large gets the server's refusal") {
  const Folder folder;
  REQUIRE(WriteFileDurably(folder.path / "in", std::string(8'000'000, 'f')));
  const auto server = MustStart(Echo, {}, {1000, {}});
  ClientRequest request;
  request.method = "PUT";
  request.upload = folder.path / "in";
  const auto answer = ClientFor(*server).Send(request);
  REQUIRE(answer);
  CHECK(answer->status == 413);
}

TEST_CASE("client: control characters are refused") {
  const auto server = MustStart(Echo);
  auto client = ClientFor(*server);
  CHECK(!client.Send("GET", "/ HTTP/1.1\r\nX: y"));
  CHECK(!client.Send("GET", "/", {{"X", "a\r\nb"}}));
}
