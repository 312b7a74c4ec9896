#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace firn::net {

/// Everything but A-Z a-z 0-9 - . _ ~ as %XX.
std::string PercentEncode(std::string_view text);
/// Errors: kInvalid for a '%' without two hex digits and for a NUL, bare or encoded.
Result<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

/// "a=1&b=x%20y". Of a name given twice the first counts. Errors: as PercentDecode.
Result<std::map<std::string, std::string>> ParseQuery(std::string_view text);
/// The opposite, without '?'.
std::string FormatQuery(const std::map<std::string, std::string>& query);

/// A request's target, as in "/a%20b?x=1" or "http://host/a?x=1".
struct Target {
  std::string path;  ///< decoded; starts with '/', or is "*"
  std::map<std::string, std::string> query;
};
/// Errors: kInvalid.
Result<Target> ParseTarget(std::string_view text);

/// Where a server is: http://host[:port] or https://host[:port]; a path behind is kept.
struct Url {
  bool tls = false;
  std::string host;  ///< without brackets
  std::uint16_t port = 80;
  std::string path;  ///< empty or from '/', not decoded, with its query

  /// host[:port] as for a Host header; the scheme's own port is left out.
  [[nodiscard]] std::string Authority() const;
};
/// Errors: kInvalid.
Result<Url> ParseUrl(std::string_view text);

}  // namespace firn::net
