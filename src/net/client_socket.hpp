#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "net/url.hpp"

namespace firn::net {

/// The client's side of one connection, plain or TLS; blocks up to a deadline.
/// One thread at a time.
class ClientSocket {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// Errors: kUnavailable, kUnauthenticated (certificate), kTimeout.
  static Result<std::unique_ptr<ClientSocket>> Connect(
      const Url& url, const std::optional<std::filesystem::path>& ca_file, Deadline deadline);
  virtual ~ClientSocket() = default;

  virtual Status WriteAll(std::string_view bytes, Deadline deadline) = 0;
  /// 0 at the end of the stream.
  virtual Result<std::size_t> ReadSome(char* data, std::size_t size, Deadline deadline) = 0;
  /// Whether the peer has sent something or closed, without waiting.
  [[nodiscard]] virtual bool readable() const = 0;
};

}  // namespace firn::net
