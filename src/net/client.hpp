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
#include "net/url.hpp"

namespace firn::net {

struct ClientResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< gunzipped; empty after a download
};

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<std::filesystem::path> upload;  ///< the body is this file instead
  /// A body of a 2xx answer goes to this file, over what is there; removed again on an error.
  std::optional<std::filesystem::path> download;
  /// Called now and then while a body moves; total is -1 when nobody knows.
  std::function<void(std::int64_t done_bytes, std::int64_t total_bytes)> progress;
  /// Of the whole exchange, except that a moving upload or download may take longer.
  int timeout_ms = 30'000;
};

/// A small blocking HTTP(S) client with one kept connection. No redirects, proxies or cookies.
/// One thread at a time. OpenSSL writes without MSG_NOSIGNAL: with https the program must ignore
/// SIGPIPE.
class Client {
 public:
  /// With https the server's name and chain are verified: against `ca_file` when given, else
  /// against the system's authorities.
  explicit Client(Url url, std::optional<std::filesystem::path> ca_file = std::nullopt);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Errors: kUnavailable when nobody answers at the address or the connection breaks,
  /// kUnauthenticated when the certificate does not hold, kTimeout, kInvalid for no HTTP.
  /// A GET on a kept connection that turns out closed is sent once more on a new one.
  Result<ClientResponse> Send(const ClientRequest& request);
  Result<ClientResponse> Send(std::string method, std::string target,
                              std::vector<std::pair<std::string, std::string>> headers = {},
                              std::string body = {}, int timeout_ms = 30'000);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace firn::net
