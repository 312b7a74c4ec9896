#include "net/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>
#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace firn::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
// The executor is named, not erased: it saves an allocation a call and half of the compile time.
using Socket =
    asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Buffers = std::array<asio::const_buffer, 2>;

constexpr std::string_view kThisIsTls =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    "Content-Length: 68\r\n\r\nThis port of Firn speaks HTTPS only: use https:// (protocol "
    "https).\n";

Socket MakeSocket(asio::io_context& context, int fd, bool unix_socket) {
  Socket socket(context);
  error_code error;
  socket.assign(asio::generic::stream_protocol(unix_socket ? AF_UNIX : AF_INET, 0), fd, error);
  return socket;
}

class TlsContextImpl final : public TlsContext {
 public:
  explicit TlsContextImpl(SSL_CTX* native) : context(native) {}
  asio::ssl::context context;
};

auto Adapt(Stream::Done done) {
  return
      [done = std::move(done)](const error_code& error, std::size_t bytes) { done(!error, bytes); };
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  void Handshake(Done done) override { done(true, 0); }
  void ReadSome(char* data, std::size_t size, Done done) override {
    socket_.async_read_some(asio::buffer(data, size), Adapt(std::move(done)));
  }
  void WriteSome(std::string_view first, std::string_view second, Done done) override {
    const Buffers buffers{asio::buffer(first), asio::buffer(second)};
    socket_.async_write_some(buffers, Adapt(std::move(done)));
  }
  void ShutdownSend(Done done) override {
    error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    done(!error, 0);
  }
  void Close() override {
    error_code error;
    socket_.close(error);
  }

 private:
  Socket socket_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  void Handshake(Done done) override {
    stream_.async_handshake(asio::ssl::stream_base::server, [this, done = std::move(done)](
                                                                const error_code& error) mutable {
      if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST &&
          error.category() == asio::error::get_ssl_category()) {
        return SayThatThisIsTls(std::move(done));
      }
      done(!error, 0);
    });
  }
  void ReadSome(char* data, std::size_t size, Done done) override {
    stream_.async_read_some(asio::buffer(data, size), Adapt(std::move(done)));
  }
  void WriteSome(std::string_view first, std::string_view second, Done done) override {
    // OpenSSL takes one buffer at a time.
    stream_.async_write_some(asio::buffer(first.empty() ? second : first), Adapt(std::move(done)));
  }
  void ShutdownSend(Done done) override {
    stream_.async_shutdown([done = std::move(done)](const error_code& error) { done(!error, 0); });
  }
  void Close() override {
    error_code error;
    stream_.next_layer().close(error);
  }

 private:
  /// The peer speaks plain HTTP: it is told so, in a way that it can read, and nothing else.
  void SayThatThisIsTls(Done done) {
    asio::async_write(
        stream_.next_layer(), asio::buffer(kThisIsTls),
        [this, done = std::move(done)](const error_code& failed, std::size_t) mutable {
          if (failed) return done(false, 0);
          error_code ignored;
          stream_.next_layer().shutdown(Socket::shutdown_send, ignored);
          Drain(std::move(done));
        });
  }
  /// What else it sent is read: closing before would take the answer back.
  void Drain(Done done) {
    stream_.next_layer().async_read_some(
        asio::buffer(drained_),
        [this, done = std::move(done)](const error_code& ended, std::size_t) mutable {
          if (ended) return done(false, 0);
          Drain(std::move(done));
        });
  }

  asio::ssl::stream<Socket> stream_;
  std::array<char, 4096> drained_;
};

Error BadCertificate(const std::filesystem::path& path, std::string_view what) {
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
  ERR_clear_error();
  return Error{Code::kInvalid,
               "The " + std::string(what) + " " + path.string() +
                   " cannot be used for TLS: " + reason.data() + ".",
               0,
               {}};
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::Open(const TlsFiles& files) {
  SSL_CTX* native = SSL_CTX_new(TLS_server_method());
  if (native == nullptr) return Error{Code::kInternal, "OpenSSL gives no TLS context.", 0, {}};
  auto tls = std::make_shared<TlsContextImpl>(native);  // owns `native`
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Idle connections give their 34 KB of buffers back. Writes may come from a moved buffer.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate_chain_file(native, files.certificate_chain.c_str()) != 1) {
    return BadCertificate(files.certificate_chain, "certificate");
  }
  if (SSL_CTX_use_PrivateKey_file(native, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(native) != 1) {
    return BadCertificate(files.private_key, "private key");
  }
  return std::shared_ptr<TlsContext>(std::move(tls));
}

std::unique_ptr<Stream> MakeStream(asio::io_context& context, int fd, bool unix_socket,
                                   TlsContext* tls) {
  auto socket = MakeSocket(context, fd, unix_socket);
  if (tls == nullptr) return std::make_unique<PlainStream>(std::move(socket));
  return std::make_unique<TlsStream>(std::move(socket), static_cast<TlsContextImpl*>(tls)->context);
}

}  // namespace firn::net
