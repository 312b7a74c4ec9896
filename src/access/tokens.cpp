#include "access/schema.hpp"
#include "access/secrets.hpp"
#include "access/service_impl.hpp"
#include "access/token_format.hpp"
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kUsualLifetimeMs = 15 * kDayMs;
constexpr std::int64_t kLongestLifetimeMs = 365 * kDayMs;
constexpr std::int64_t kLongestServiceLifetimeMs = kDayMs;

Error NoSuchToken(const std::string& name) {
  return NoSuchObject("Programmatic access token", name);
}

}  // namespace

Status AccessServiceImpl::RequireRoleOf(const User& user, const std::string& role) const {
  const auto known = directory_.Get();
  const auto held = known->roles_of_user.find(user.id);
  if (held != known->roles_of_user.end() && known->Holds(held->second, role)) return {};
  return SqlError(Code::kDenied, 3013, "42501",
                  "Role " + NameToSql(role) + " is not assigned to user " + NameToSql(user.name) +
                      ", or the user is disabled; a token can only have a role of its user.");
}

Result<std::string> AccessServiceImpl::StoreToken(const User& user, const std::string& kind,
                                                  const std::string& name, const std::string& role,
                                                  std::string_view prefix,
                                                  std::int64_t expires_ms) {
  const SecretString random(RandomBytes(kSecretBytes));
  std::string secret = std::string(prefix) + Base64UrlEncode(random.value());
  const std::int64_t now_ms = clock_.NowMs();
  FIRN_TRY(auto transaction, database_.Begin());
  FIRN_CHECK(transaction->Execute("DELETE FROM access_token WHERE kind = ? AND expires_ms <= ?",
                                  {std::string(kServiceKind), now_ms}));
  FIRN_TRY(const std::int64_t id, NextId(*transaction, "token"));
  const auto stored = transaction->Execute(
      "INSERT INTO access_token (id, kind, user_id, name, secret_sha256, role, expires_ms,"
      " created_on_ms, disabled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
      {id, kind, user.id, name, TokenDigest(secret), role, expires_ms, now_ms});
  if (!stored) {
    if (stored.error().code != Code::kExists) return stored.error();
    return SqlError(Code::kExists, 2002, "42710",
                    "User '" + user.name + "' has an access token '" + name +
                        "' already; revoke it or choose another name.");
  }
  FIRN_CHECK(transaction->Commit());
  return secret;
}

Result<std::string> AccessServiceImpl::IssueAccessToken(const std::string& user,
                                                        const std::string& name,
                                                        const std::string& role_restriction,
                                                        std::int64_t lifetime_ms) {
  if (lifetime_ms < 0 || lifetime_ms > kLongestLifetimeMs) {
    return Error{Code::kInvalid, "An access token lives for at most 365 days."};
  }
  if (name.empty() || name.size() > 255) {
    return Error{Code::kInvalid, "An access token needs a name of 1 to 255 bytes."};
  }
  FIRN_TRY(const User found, FindUser(user));
  if (!role_restriction.empty()) FIRN_CHECK(RequireRoleOf(found, role_restriction));
  const std::int64_t lives_ms = lifetime_ms == 0 ? kUsualLifetimeMs : lifetime_ms;
  return StoreToken(found, std::string(kAccessTokenKind), name, role_restriction,
                    kAccessTokenPrefix, clock_.NowMs() + lives_ms);
}

Result<std::string> AccessServiceImpl::IssueServiceToken(const std::string& user,
                                                         const std::string& role,
                                                         std::int64_t lifetime_ms) {
  if (lifetime_ms <= 0 || lifetime_ms > kLongestServiceLifetimeMs) {
    return Error{Code::kInvalid, "A service token lives for more than nothing and at most a day."};
  }
  FIRN_TRY(const User found, FindUser(user));
  FIRN_CHECK(RequireRoleOf(found, role));
  return StoreToken(found, std::string(kServiceKind), NewUuid(), role, kServiceTokenPrefix,
                    clock_.NowMs() + lifetime_ms);
}

Status AccessServiceImpl::RevokeAccessToken(const std::string& user, const std::string& name) {
  FIRN_TRY(const User found, FindUser(user));
  FIRN_TRY(const std::int64_t gone,
           database_.Execute("DELETE FROM access_token WHERE user_id = ? AND kind = ? AND name = ?",
                             {found.id, std::string(kAccessTokenKind), name}));
  if (gone == 0) return NoSuchToken(name);
  return {};
}

Status AccessServiceImpl::SetAccessTokenDisabled(const std::string& user, const std::string& name,
                                                 bool disabled) {
  FIRN_TRY(const User found, FindUser(user));
  FIRN_TRY(const std::int64_t changed,
           database_.Execute(
               "UPDATE access_token SET disabled = ? WHERE user_id = ? AND kind = ? AND name = ?",
               {std::int64_t{disabled ? 1 : 0}, found.id, std::string(kAccessTokenKind), name}));
  if (changed == 0) return NoSuchToken(name);
  return {};
}

Result<std::vector<TokenInfo>> AccessServiceImpl::ListAccessTokens(const std::string& user) const {
  FIRN_TRY(const User found, FindUser(user));
  FIRN_TRY(const auto rows,
           database_.Query("SELECT id, name, role, expires_ms, created_on_ms, disabled"
                           " FROM access_token WHERE user_id = ? AND kind = ? ORDER BY name",
                           {found.id, std::string(kAccessTokenKind)}));
  std::vector<TokenInfo> tokens;
  for (const auto& row : rows) {
    TokenInfo token;
    token.id = store::AsInt(row.at(0));
    token.name = store::AsText(row.at(1));
    token.user = found.name;
    token.role_restriction = store::AsText(row.at(2));
    token.expires_ms = store::AsInt(row.at(3));
    token.created_on_ms = store::AsInt(row.at(4));
    token.disabled = store::AsInt(row.at(5)) != 0;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace firn::access
