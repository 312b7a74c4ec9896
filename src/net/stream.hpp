#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "net/server.hpp"

namespace boost::asio {
class io_context;
}

namespace firn::net {

/// The server's side of TLS: a certificate and its key. Immutable.
class TlsContext {
 public:
  /// Errors: kInvalid for files that cannot be read or do not belong together.
  static Result<std::shared_ptr<TlsContext>> Open(const TlsFiles& files);
  virtual ~TlsContext() = default;
};

/// One connected socket, plain or TLS, with Asio hidden: its templates cost a minute of compiling
/// wherever they are included. Used on its loop's thread only. What a callback must keep alive it
/// captures; after Close every pending callback comes with ok = false.
class Stream {
 public:
  /// ok = false: the end of the stream, an error or closed.
  using Done = std::function<void(bool ok, std::size_t bytes)>;

  virtual ~Stream() = default;
  virtual void Handshake(Done done) = 0;
  /// At most one read and one write at a time.
  virtual void ReadSome(char* data, std::size_t size, Done done) = 0;
  virtual void WriteSome(std::string_view first, std::string_view second, Done done) = 0;
  /// Tells the peer that nothing more comes.
  virtual void ShutdownSend(Done done) = 0;
  virtual void Close() = 0;
};

/// Takes the descriptor of a connected socket; plain without a context.
std::unique_ptr<Stream> MakeStream(boost::asio::io_context& context, int fd, bool unix_socket,
                                   TlsContext* tls);

}  // namespace firn::net
