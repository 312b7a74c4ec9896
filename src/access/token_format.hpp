#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace firn::access {

/// Secrets that start like this are ours: easy to find where they were left lying about.
inline constexpr std::string_view kAccessTokenPrefix = "firn_pat_";
inline constexpr std::string_view kServiceTokenPrefix = "firn_svc_";

/// Values of access_token.kind.
inline constexpr std::string_view kAccessTokenKind = "PAT";
inline constexpr std::string_view kServiceKind = "SERVICE";

/// What is stored of a token. It holds 32 random bytes, so a plain digest is enough.
inline std::string TokenDigest(std::string_view secret) { return HexEncode(Sha256(secret)); }

}  // namespace firn::access
