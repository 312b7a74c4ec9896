#include "net/client_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string>
#include <system_error>

#include "base/files.hpp"
#include "net/openssl_handles.hpp"

namespace firn::net {
namespace {

Error Unavailable(const Url& url, std::string_view reason) {
  return Error{Code::kUnavailable,
               "Nobody answers at " + url.Authority() + " (" + std::string(reason) +
                   "); is the server running there?",
               0,
               {}};
}

Error Broken(int number) {
  return Error{
      Code::kUnavailable,
      "The connection to the server broke: " + std::system_category().message(number) + ".",
      0,
      {}};
}

/// Waits for `events`; kTimeout at the deadline.
Status Wait(int fd, short events, ClientSocket::Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
            .count();
    if (left <= 0) {
      return Error{Code::kTimeout, "The server did not answer in time.", 0, {}};
    }
    pollfd wait{fd, events, 0};
    if (::poll(&wait, 1, static_cast<int>(std::min<decltype(left)>(left, INT_MAX))) > 0) return {};
  }
}

class PlainSocket : public ClientSocket {
 public:
  explicit PlainSocket(UniqueFd fd) : fd_(std::move(fd)) {}

  Status WriteAll(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN) {
        FIRN_CHECK(Wait(fd_.get(), POLLOUT, deadline));
      } else if (errno != EINTR) {
        return Broken(errno);
      }
    }
    return {};
  }
  Result<std::size_t> ReadSome(char* data, std::size_t size, Deadline deadline) override {
    while (true) {
      const auto got = ::recv(fd_.get(), data, size, 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno == EAGAIN) {
        FIRN_CHECK(Wait(fd_.get(), POLLIN, deadline));
      } else if (errno != EINTR) {
        return Broken(errno);
      }
    }
  }
  [[nodiscard]] bool readable() const override {
    pollfd wait{fd_.get(), POLLIN, 0};
    return ::poll(&wait, 1, 0) > 0;
  }

 protected:
  UniqueFd fd_;
};

class TlsSocket final : public PlainSocket {
 public:
  explicit TlsSocket(UniqueFd fd) : PlainSocket(std::move(fd)) {}

  Status Open(const Url& url, const std::optional<std::filesystem::path>& ca_file,
              Deadline deadline);

  Status WriteAll(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      ERR_clear_error();  // SSL_get_error looks at what older calls left, too
      const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
      if (result == 1) {
        bytes.remove_prefix(sent);
      } else {
        FIRN_CHECK(AfterFailure(result, deadline));
      }
    }
    return {};
  }
  Result<std::size_t> ReadSome(char* data, std::size_t size, Deadline deadline) override {
    while (true) {
      std::size_t got = 0;
      ERR_clear_error();
      const int result = SSL_read_ex(ssl_.get(), data, size, &got);
      if (result == 1) return got;
      if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
      FIRN_CHECK(AfterFailure(result, deadline));
    }
  }

 private:
  /// Waits for what OpenSSL wants, or says why it cannot go on.
  Status AfterFailure(int result, Deadline deadline) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) return Wait(fd_.get(), POLLIN, deadline);
    if (error == SSL_ERROR_WANT_WRITE) return Wait(fd_.get(), POLLOUT, deadline);
    if (error == SSL_ERROR_SYSCALL) return Broken(errno == 0 ? ECONNRESET : errno);
    return Error{
        Code::kUnavailable, "TLS with the server broke: " + TakeOpensslReason() + ".", 0, {}};
  }

  SslContextPtr context_;
  SslPtr ssl_;
};

Status TlsSocket::Open(const Url& url, const std::optional<std::filesystem::path>& ca_file,
                       Deadline deadline) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context_.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  const int trusted = ca_file
                          ? SSL_CTX_load_verify_locations(context_.get(), ca_file->c_str(), nullptr)
                          : SSL_CTX_set_default_verify_paths(context_.get());
  if (trusted != 1) {
    ERR_clear_error();
    return Error{Code::kInvalid,
                 "The authority's certificate " + (ca_file ? ca_file->string() : "of the system") +
                     " cannot be read.",
                 0,
                 {}};
  }
  ssl_.reset(SSL_new(context_.get()));
  auto* parameters = SSL_get0_param(ssl_.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  std::array<unsigned char, 16> bytes{};
  const bool is_address = ::inet_pton(AF_INET, url.host.c_str(), bytes.data()) == 1 ||
                          ::inet_pton(AF_INET6, url.host.c_str(), bytes.data()) == 1;
  const int named = is_address ? X509_VERIFY_PARAM_set1_ip_asc(parameters, url.host.c_str())
                               : X509_VERIFY_PARAM_set1_host(parameters, url.host.c_str(), 0);
  if (named != 1 || (!is_address && SSL_set_tlsext_host_name(ssl_.get(), url.host.c_str()) != 1) ||
      SSL_set_fd(ssl_.get(), fd_.get()) != 1) {
    return Error{Code::kInternal, "OpenSSL: " + TakeOpensslReason(), 0, {}};
  }
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return {};
    const auto verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) {
      ERR_clear_error();
      return Error{Code::kUnauthenticated,
                   "The server at " + url.Authority() + " could not prove that it is " + url.host +
                       " (" + X509_verify_cert_error_string(verified) +
                       "); give the authority's certificate of this server.",
                   0,
                   {}};
    }
    FIRN_CHECK(AfterFailure(result, deadline));
  }
}

Result<UniqueFd> ConnectTo(const addrinfo& address, const Url& url,
                           ClientSocket::Deadline deadline) {
  UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return SystemError("socket", {});
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  int failure = ::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (failure == EINPROGRESS) {
    FIRN_CHECK(Wait(fd.get(), POLLOUT, deadline));
    socklen_t size = sizeof(failure);
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
  }
  if (failure != 0) return Unavailable(url, std::system_category().message(failure));
  return fd;
}

}  // namespace

Result<std::unique_ptr<ClientSocket>> ClientSocket::Connect(
    const Url& url, const std::optional<std::filesystem::path>& ca_file, Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &found);
  if (failed != 0) return Unavailable(url, ::gai_strerror(failed));
  Result<UniqueFd> fd = Unavailable(url, "no address");
  for (const auto* address = found; address != nullptr && !fd; address = address->ai_next) {
    fd = ConnectTo(*address, url, deadline);
  }
  ::freeaddrinfo(found);
  if (!fd) return std::move(fd).error();
  if (!url.tls) return std::unique_ptr<ClientSocket>(new PlainSocket(*std::move(fd)));
  auto secure = std::make_unique<TlsSocket>(*std::move(fd));
  FIRN_CHECK(secure->Open(url, ca_file, deadline));
  return std::unique_ptr<ClientSocket>(std::move(secure));
}

}  // namespace firn::net
