#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace firn::net {

/// A request, its body whole (gunzipped), or in a file when the body plan said so.
struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< percent-decoded, without the query
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::optional<std::filesystem::path> body_file;  ///< the receiver's to move or to remove
  std::string remote_address;                      ///< "127.0.0.1"; "unix" for a unix socket
  bool tls = false;

  /// The header's value, or empty.
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
  /// The query parameter's value, or empty.
  [[nodiscard]] std::string_view parameter(const std::string& name) const;
};

/// Bytes [offset, offset + length) of a file; the file is opened before Respond returns.
struct FileBody {
  std::filesystem::path path;
  std::int64_t offset = 0;
  std::int64_t length = -1;  ///< -1: to the end
};

struct Response {
  int status = 200;
  std::string reason;  ///< what the status line says; empty: the usual words
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<FileBody> file;  ///< instead of body
  bool compressible = true;      ///< may be gzipped when the client accepts it
};

/// Answers one request, exactly once, from any thread. Safe to call after the peer or the server
/// has gone; then it does nothing. `gone` tells whether the peer has hung up.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void Respond(Response response) = 0;
  [[nodiscard]] virtual bool gone() const = 0;
  /// Called once, from any thread, if the peer hangs up before Respond; at once if it has.
  /// Runs on an I/O thread as a rule: must be quick. One callback; a second replaces the first.
  virtual void OnGone(std::function<void()> callback) = 0;
};

/// What to do with a request's body, decided from its head.
struct BodyPlan {
  std::int64_t max_bytes = 0;                     ///< more is answered 413 and never stored
  std::optional<std::filesystem::path> spool_to;  ///< write it there instead of to memory
};

/// Runs on a worker thread and may block for a while; must not throw (a throw is answered 500).
/// A Responder that is dropped without an answer answers 500.
using Handler = std::function<void(Request, std::shared_ptr<Responder>)>;
/// Runs on an I/O thread; must be quick. The request has no body yet.
using BodyPlanner = std::function<BodyPlan(const Request& head)>;

struct TlsFiles {
  std::filesystem::path certificate_chain;
  std::filesystem::path private_key;
};

struct Settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any
  std::optional<TlsFiles> tls;
  int io_threads = 2;
  int worker_threads = 64;  ///< at most; started when needed
  std::int64_t max_header_bytes = 64 * 1024;
  int max_connections = 10'000;
  /// A peer that sends part of a request and stalls is cut off after this many seconds;
  /// a keep-alive connection with no request after idle_timeout_s.
  int read_timeout_s = 30;
  int idle_timeout_s = 300;
  /// A peer that takes no byte of its answer for this long is cut off.
  int write_timeout_s = 300;
  /// Listens on this unix socket (mode 0600) instead of host and port; without TLS.
  std::optional<std::filesystem::path> unix_socket;
};

/// An HTTP/1.1 server with keep-alive, pipelining refused, gzip both ways, TLS when asked.
/// Thread-safe. The only includer of Boost.Beast and Asio besides the client.
class Server {
 public:
  /// Errors: kConflict when the address is in use; kInvalid for a bad certificate.
  static Result<std::unique_ptr<Server>> Start(const Settings& settings, Handler handler,
                                               BodyPlanner planner);
  /// Stops at once: see Stop.
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual int connections() const = 0;
  /// Accepts nothing new, waits up to `grace_s` for answers under way, closes all (peers count as
  /// gone then) and returns when the last running handler has. Idempotent; not from a handler.
  virtual void Stop(int grace_s) = 0;
};

}  // namespace firn::net
