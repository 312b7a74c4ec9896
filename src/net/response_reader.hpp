#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace firn::net {

/// Turns the bytes of one HTTP/1.1 answer into its parts. One thread at a time.
class ResponseReader {
 public:
  /// `head_only`: the request was HEAD, no body follows.
  explicit ResponseReader(bool head_only);
  ~ResponseReader();

  /// How many bytes were used; the rest is to come again with more. Errors: kInvalid.
  Result<std::size_t> Put(std::string_view bytes);
  /// The stream has ended. Errors: kUnavailable when the answer has not.
  Status PutEnd();

  [[nodiscard]] bool head_done() const;
  [[nodiscard]] bool done() const;
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] int status() const;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;
  [[nodiscard]] std::map<std::string, std::string>& headers();
  /// Body bytes since the last time that somebody took them.
  [[nodiscard]] std::string& body();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace firn::net
