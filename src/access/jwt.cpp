#include "access/jwt.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <optional>

#include "base/bytes.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxTokenBytes = 8 * 1024;
constexpr std::int64_t kLifetimeMs = 60'000;
constexpr double kLatestSecond = 1e11;  // the year 5138; keeps milliseconds far from overflow

struct AlgorithmName {
  std::string_view name;
  SignatureAlgorithm algorithm;
};
constexpr std::array kAlgorithms{
    AlgorithmName{"RS256", SignatureAlgorithm::kRs256},
    AlgorithmName{"RS384", SignatureAlgorithm::kRs384},
    AlgorithmName{"RS512", SignatureAlgorithm::kRs512},
    AlgorithmName{"ES256", SignatureAlgorithm::kEs256},
    AlgorithmName{"ES384", SignatureAlgorithm::kEs384},
};

Error Bad(std::string_view what) {
  return Error{Code::kInvalid,
               "The token is not a JWT of a Snowflake client: " + std::string(what) + "."};
}

Result<json::object> ParseObject(std::string_view base64) {
  if (base64.find('=') != std::string_view::npos) return Bad("padded base64");
  const auto text = Base64Decode(base64);
  if (!text) return Bad("broken base64");
  json::parse_options options;
  options.max_depth = 4;
  boost::system::error_code failed;
  json::value value = json::parse(*text, failed, {}, options);
  if (failed || !value.is_object()) return Bad("broken JSON");
  return std::move(value.get_object());
}

std::optional<std::string> Text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

/// Seconds since 1970, whole or not, as milliseconds.
std::optional<std::int64_t> TimeMs(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kLatestSecond) return std::nullopt;
  return static_cast<std::int64_t>(seconds * 1000.0);
}

Status ReadHeader(std::string_view part, Jwt& jwt, std::string& key_id) {
  FIRN_TRY(const json::object header, ParseObject(part));
  const auto name = Text(header, "alg");
  const auto known = std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                                  [&](const auto& row) { return name && row.name == *name; });
  if (known == kAlgorithms.end()) return Bad("the algorithm");
  if (header.contains("crit")) return Bad("critical extensions");
  if (header.contains("kid")) {
    auto text = Text(header, "kid");
    if (!text) return Bad("the key id");
    key_id = std::move(*text);
    if (key_id.empty()) return Bad("the key id");
  }
  jwt.algorithm = known->algorithm;
  return {};
}

Status ReadPayload(std::string_view part, Jwt& jwt) {
  FIRN_TRY(const json::object payload, ParseObject(part));
  const auto issuer = Text(payload, "iss");
  const auto subject = Text(payload, "sub");
  if (!issuer || !subject) return Bad("no issuer or subject");

  // ACCOUNT.USER; a user's name may hold dots, an account's may not.
  const auto dot = subject->find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == subject->size()) return Bad("the subject");
  jwt.account = UpperCase(std::string_view(*subject).substr(0, dot));
  jwt.user = UpperCase(std::string_view(*subject).substr(dot + 1));
  constexpr std::string_view kMark = ".SHA256:";
  const auto mark = issuer->rfind(kMark);
  if (mark == std::string::npos ||
      !EqualIgnoringCase(std::string_view(*issuer).substr(0, mark), *subject)) {
    return Bad("the issuer");
  }
  jwt.fingerprint = issuer->substr(mark + 1);

  const auto issued = TimeMs(payload, "iat");
  const auto expires = TimeMs(payload, "exp");
  if (!issued || !expires || *expires <= *issued) return Bad("its times");
  jwt.issued_ms = *issued;
  jwt.expires_ms = *expires;
  jwt.begins_ms = jwt.issued_ms;
  if (payload.contains("nbf")) {
    const auto begins = TimeMs(payload, "nbf");
    if (!begins) return Bad("its times");
    jwt.begins_ms = std::max(jwt.issued_ms, *begins);
  }
  return {};
}

}  // namespace

Result<Jwt> ParseJwt(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return Bad("too long");
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return Bad("fewer than three parts");
  const auto last = token.substr(second + 1);
  if (last.empty() || last.find('.') != std::string_view::npos) return Bad("its parts");

  Jwt jwt;
  std::string key_id;
  FIRN_CHECK(ReadHeader(token.substr(0, first), jwt, key_id));
  FIRN_CHECK(ReadPayload(token.substr(first + 1, second - first - 1), jwt));
  if (!key_id.empty() && key_id != jwt.fingerprint) return Bad("the key id");
  auto signature = Base64Decode(last);
  if (!signature) return Bad("its signature");
  jwt.signature = *std::move(signature);
  jwt.signing_input = std::string(token.substr(0, second));
  return jwt;
}

std::int64_t JwtEndMs(const Jwt& jwt) {
  return std::min(jwt.expires_ms, jwt.issued_ms + kLifetimeMs);
}

bool IsJwtCurrent(const Jwt& jwt, std::int64_t now_ms) {
  return jwt.begins_ms <= now_ms + kJwtSkewMs && now_ms < JwtEndMs(jwt) + kJwtSkewMs;
}

}  // namespace firn::access
