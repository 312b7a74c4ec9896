#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "access/public_key.hpp"
#include "base/result.hpp"

namespace firn::access {

/// What a client's key-pair token says. Nothing of it is proven until its signature is.
struct Jwt {
  SignatureAlgorithm algorithm = SignatureAlgorithm::kRs256;
  std::string account;      ///< of `sub`, upper case
  std::string user;         ///< of `sub`, upper case
  std::string fingerprint;  ///< of `iss`, "SHA256:…"
  std::int64_t issued_ms = 0;
  std::int64_t begins_ms = 0;  ///< `nbf` where there is one, else `iat`
  std::int64_t expires_ms = 0;
  std::string signing_input;  ///< what is signed: the header and the payload as they came
  std::string signature;
};

/// Takes `header.payload.signature` of at most 8 KiB apart. Errors: kInvalid for anything that a
/// Snowflake client does not write: another algorithm (none, HS256 …), critical extensions, a
/// `kid` that is not the fingerprint, an `iss` that is not `sub` with a fingerprint.
Result<Jwt> ParseJwt(std::string_view token);

/// When the token ends: at `exp`, or 60 s after `iat`, whichever is sooner, as Snowflake has it.
std::int64_t JwtEndMs(const Jwt& jwt);
/// Clocks may differ by this much, in both directions.
inline constexpr std::int64_t kJwtSkewMs = 30'000;

/// Neither from the future nor ended.
bool IsJwtCurrent(const Jwt& jwt, std::int64_t now_ms);

}  // namespace firn::access
