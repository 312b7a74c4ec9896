#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace firn::engine {

/// Turns what DuckDB says into Firn's errors, with Snowflake's number and SQLSTATE where one
/// fits. Immutable, so thread-safe.
class ErrorMap {
 public:
  /// Texts below one of `private_paths` never appear in a message.
  explicit ErrorMap(std::vector<std::string> private_paths = {})
      : private_paths_(std::move(private_paths)) {}

  /// `text` as DuckDB gives it ("Binder Error: …"). A text that a macro of ours raised as
  /// FIRN:<number>:<sqlstate>:<message> is taken over as it is.
  [[nodiscard]] Error Map(std::string_view text) const;

 private:
  [[nodiscard]] std::string Scrub(std::string text) const;
  std::vector<std::string> private_paths_;
};

/// The form of a Firn error that survives a way through DuckDB or Arrow as text.
std::string EncodeError(const Error& error);

}  // namespace firn::engine
