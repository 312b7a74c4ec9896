#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>

#include "net/certificates.hpp"
#include "net/client.hpp"
#include "net/test_server.hpp"

using namespace firn;
using namespace firn::net;
using namespace firn::net::testing;

namespace {

struct Secure {
  explicit Secure(Handler handler, const std::vector<std::string>& names) {
    std::signal(SIGPIPE, SIG_IGN);
    Settings settings;
    settings.tls = *EnsureServerCertificate(folder.path, names);
    server = MustStart(std::move(handler), settings);
  }
  [[nodiscard]] Client ClientFor(const std::string& host,
                                 std::optional<std::filesystem::path> ca) const {
    return Client(*ParseUrl("https://" + host + ":" + std::to_string(server->port())),
                  std::move(ca));
  }
  Folder folder;
  std::unique_ptr<Server> server;
};

int Shell(const std::string& command) { return std::system(command.c_str()); }

}  // namespace

TEST_CASE("tls: the client verifies the chain and the name") {
  const Secure secure(Echo, {"localhost", "127.0.0.1"});
  const auto ca = secure.folder.path / "ca.pem";
  for (const auto* host : {"localhost", "127.0.0.1"}) {
    CAPTURE(host);
    auto client = secure.ClientFor(host, ca);
    for (int i = 0; i < 3; ++i) {
      const auto answer = client.Send("POST", "/tls", {}, std::string(100'000, 'b'));
      REQUIRE(answer);
      CHECK(answer->body == "POST /tls " + std::string(100'000, 'b'));
    }
  }
  const auto unknown = secure.ClientFor("localhost", {}).Send("GET", "/");
  REQUIRE(!unknown);
  CHECK(unknown.error().code == Code::kUnauthenticated);
}

TEST_CASE("tls: a certificate of another name is refused") {
  const Secure secure(Echo, {"firn.example"});
  const auto answer = secure.ClientFor("localhost", secure.folder.path / "ca.pem").Send("GET", "/");
  REQUIRE(!answer);
  CHECK(answer.error().code == Code::kUnauthenticated);
}

TEST_CASE("tls: openssl verifies the server strictly") {
  const Secure secure(Echo, {"localhost", "::1"});
  const auto ca = (secure.folder.path / "ca.pem").string();
  const auto to = "openssl s_client -connect 127.0.0.1:" + std::to_string(secure.server->port()) +
                  " -CAfile " + ca + " -x509_strict -verify_return_error ";
  const std::string quiet = " </dev/null >/dev/null 2>&1";
  CHECK(Shell(to + "-verify_hostname localhost" + quiet) == 0);
  CHECK(Shell(to + "-verify_ip ::1" + quiet) == 0);
  CHECK(Shell(to + "-verify_hostname elsewhere" + quiet) != 0);
  CHECK(Shell("openssl verify -x509_strict -CAfile " + ca + " " +
              (secure.folder.path / "server.pem").string() + quiet) == 0);
}

TEST_CASE("tls: the handler learns that the peer has gone") {
  std::promise<void> gone;
  std::shared_ptr<Responder> held;
  const Secure secure(
      [&](const Request& request, const std::shared_ptr<Responder>& responder) {
        CHECK(request.tls);
        held = responder;
        responder->OnGone([&] { gone.set_value(); });
      },
      {"localhost"});
  {
    auto client = secure.ClientFor("localhost", secure.folder.path / "ca.pem");
    CHECK(!client.Send("GET", "/", {}, {}, 200));
  }
  auto future = gone.get_future();
  CHECK(Comes(future));
}

TEST_CASE("tls: large answers and plain talk to a TLS port") {
  const Secure secure(
      [](const Request&, const std::shared_ptr<Responder>& responder) {
        auto response = Text(std::string(5'000'000, 'l'));
        response.compressible = false;
        responder->Respond(std::move(response));
      },
      {"localhost"});
  auto client = secure.ClientFor("localhost", secure.folder.path / "ca.pem");
  CHECK(client.Send("GET", "/")->body.size() == 5'000'000);
  Wire plain(secure.server->port());
  plain.Send("GET / HTTP/1.1\r\n\r\n");
  const auto told = plain.ReceiveAll();
  CHECK(told.starts_with("HTTP/1.1 400 "));
  CHECK(told.ends_with("use https:// (protocol https).\n"));
  Wire noise(secure.server->port());
  noise.Send("no TLS and no HTTP either\r\n\r\n");
  CHECK(noise.ReceiveAll().find("HTTP") == std::string::npos);
  CHECK(client.Send("GET", "/")->body.size() == 5'000'000);
}

TEST_CASE("certificates: are kept while good and made anew for a new name") {
  const Folder folder;
  const auto first = EnsureServerCertificate(folder.path, {"a.example", "10.0.0.1"});
  REQUIRE(first);
  const auto before = *ReadFile(first->certificate_chain);
  const auto ca = *CaCertificatePem(folder.path);
  REQUIRE(EnsureServerCertificate(folder.path, {"10.0.0.1"}));
  CHECK(*ReadFile(first->certificate_chain) == before);
  REQUIRE(EnsureServerCertificate(folder.path, {"a.example", "b.example"}));
  CHECK(*ReadFile(first->certificate_chain) != before);
  CHECK(*CaCertificatePem(folder.path) == ca);
  for (const auto* key : {"ca.key", "server.key"}) {
    struct stat info {};
    REQUIRE(::stat((folder.path / key).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777U) == 0600U);
  }
}

TEST_CASE("certificates: bad names and damaged files are refused") {
  const Folder folder;
  CHECK(!EnsureServerCertificate(folder.path, {}));
  CHECK(!EnsureServerCertificate(folder.path, {"a,DNS:evil"}));
  REQUIRE(EnsureServerCertificate(folder.path, {"a.example"}));
  REQUIRE(WriteFileDurably(folder.path / "server.pem", "broken"));
  CHECK(EnsureServerCertificate(folder.path, {"a.example"}));
  REQUIRE(WriteFileDurably(folder.path / "ca.pem", "broken"));
  const auto damaged = EnsureServerCertificate(folder.path, {"a.example"});
  REQUIRE(!damaged);
  CHECK(damaged.error().code == Code::kInvalid);
}
