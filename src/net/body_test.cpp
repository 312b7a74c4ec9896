#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "net/test_server.hpp"

using namespace firn;
using namespace firn::net;
using namespace firn::net::testing;

namespace {

std::string Post(std::string_view body, std::string_view headers = "") {
  return "POST /p HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

/// Answers the size of the body, or of its file.
void Measure(Request request, const std::shared_ptr<Responder>& responder) {
  auto size = request.body.size();
  if (request.body_file) size = std::filesystem::file_size(*request.body_file);
  const std::string encoding(request.header("content-encoding"));
  responder->Respond(Text(std::to_string(size) + " " + encoding));
}

std::size_t FilesIn(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

}  // namespace

TEST_CASE("body: a gzip body arrives plain") {
  const auto server = MustStart(Echo);
  Wire wire(server->port());
  wire.Send(Post(Gzip("hello"), "Content-Encoding: gzip\r\n"));
  CHECK(wire.Receive().ends_with("POST /p hello"));
}

TEST_CASE("body: broken gzip is 400, a bomb is 413, both keep the connection") {
  const auto server = MustStart(Measure);
  Wire wire(server->port());
  wire.Send(Post("this is no gzip", "Content-Encoding: gzip\r\n"));
  CHECK(wire.Receive().starts_with("HTTP/1.1 400 "));
  const auto whole = Gzip(std::string(10'000, 'a'));
  wire.Send(Post(whole.substr(0, whole.size() - 4), "Content-Encoding: gzip\r\n"));
  CHECK(wire.Receive().starts_with("HTTP/1.1 400 "));
  wire.Send(Post(Gzip(std::string(50'000'000, '0')), "Content-Encoding: gzip\r\n"));
  CHECK(wire.Receive().starts_with("HTTP/1.1 413 "));
  wire.Send(Post("plain"));
  CHECK(wire.Receive().ends_with("5 "));
}

TEST_CASE("body: another encoding is refused") {
  const auto server = MustStart(Measure);
  Wire wire(server->port());
  wire.Send(Post("x", "Content-Encoding: br\r\n"));
  CHECK(wire.ReceiveAll().starts_with("HTTP/1.1 415 "));
}

TEST_CASE("body: the limit holds, announced or not") {
  const auto server = MustStart(Measure, {}, {1000, {}});
  Wire exact(server->port());
  exact.Send(Post(std::string(1000, 'a')));
  CHECK(exact.Receive().ends_with("1000 "));
  Wire announced(server->port());
  announced.Send(Post(std::string(1001, 'a')));
  CHECK(announced.ReceiveAll().starts_with("HTTP/1.1 413 "));
  Wire chunked(server->port());
  chunked.Send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 11; ++i) chunked.Send("64\r\n" + std::string(100, 'b') + "\r\n");
  CHECK(chunked.ReceiveAll().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("body: chunks are put together") {
  const auto server = MustStart(Echo);
  Wire wire(server->port());
  wire.Send("POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n");
  wire.Send("2\r\nde\r\n0\r\nTrailer: x\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
  CHECK(wire.Receive().ends_with("POST /c abcde"));
  CHECK(wire.Receive().ends_with("GET /next "));
}

TEST_CASE("body: a client that expects 100-continue is told, or refused before it sends") {
  const auto server = MustStart(Echo, {}, {10, {}});
  Wire wire(server->port());
  wire.Send("POST /e HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(wire.Receive().starts_with("HTTP/1.1 100 Continue\r\n"));
  wire.Send("ok");
  CHECK(wire.Receive().ends_with("POST /e ok"));
  wire.Send("POST /e HTTP/1.1\r\nContent-Length: 20\r\nExpect: 100-continue\r\n\r\n");
  CHECK(wire.ReceiveAll().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("body: an upload goes to its file as it came") {
  const Folder folder;
  const auto path = folder.path / "upload";
  const auto server = MustStart(Measure, {}, {std::int64_t{1} << 30, path});
  Wire wire(server->port());
  const std::string body(5'000'001, 'u');
  wire.Send(Post(body, "Content-Encoding: gzip\r\n"));
  CHECK(wire.Receive().ends_with("5000001 gzip"));
  CHECK(*ReadFile(path) == body);
  std::filesystem::remove(path);
  wire.Send(Post(""));
  CHECK(wire.Receive().ends_with("0 "));
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("body: a half upload leaves no file") {
  const Folder folder;
  const auto started = Server::Start({}, Measure, [&](const Request& head) {
    return BodyPlan{2'000'000, folder.path / head.path.substr(1)};
  });
  REQUIRE(started);
  const auto& server = *started;
  {
    Wire wire(server->port());
    wire.Send("POST /a HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n" + std::string(1'200'000, 'x'));
    ::shutdown(wire.fd.get(), SHUT_WR);
    CHECK(wire.ReceiveAll().empty());
  }
  Wire chunked(server->port());
  chunked.Send("POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" +
               std::string(0x200000, 'x'));
  CHECK(chunked.ReceiveAll().starts_with("HTTP/1.1 413 "));
  server->Stop(0);
  CHECK(FilesIn(folder.path) == 0);
}

TEST_CASE("body: a handler that throws loses its upload") {
  const Folder folder;
  const auto server = MustStart(
      [](const Request&, const std::shared_ptr<Responder>&) { throw std::runtime_error("bug"); },
      {}, {1000, folder.path / "upload"});
  Wire wire(server->port());
  wire.Send(Post("data"));
  CHECK(wire.Receive().starts_with("HTTP/1.1 500 "));
  server->Stop(0);
  CHECK(FilesIn(folder.path) == 0);
}

TEST_CASE("body: an upload that cannot be stored is refused") {
  const auto server = MustStart(Measure, {}, {1000, "/nowhere/upload"});
  Wire wire(server->port());
  wire.Send(Post("data"));
  CHECK(wire.ReceiveAll().starts_with("HTTP/1.1 500 "));
}
