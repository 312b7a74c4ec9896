#include "access/directory.hpp"
#include "access/service_impl.hpp"
#include "access/token_format.hpp"
#include "base/bytes.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

using Method = Credentials::Method;

constexpr std::string_view kAccount = "FIRN";
constexpr std::size_t kMaxSecretBytes = 16 * 1024;

Error Refused() {
  return SqlError(Code::kUnauthenticated, 390100, "08001",
                  "Incorrect username or password was specified.");
}

/// Empty for a login that names no user: that one is not slowed.
std::string LimiterKey(const Credentials& credentials, Method method) {
  if (credentials.user.empty()) return {};
  std::string key(MethodName(method));
  key += '\n';
  key += credentials.remote_address;
  key += '\n';
  key += UpperCase(credentials.user.substr(0, 256));
  return key;
}

bool IsCountedFailure(LoginOutcome outcome) {
  return outcome != LoginOutcome::kSuccess && outcome != LoginOutcome::kLimited &&
         outcome != LoginOutcome::kNotChecked && outcome != LoginOutcome::kRoleNotGranted;
}

}  // namespace

struct AccessServiceImpl::LoginRow {
  Identified who;
  bool is_service = false;
  std::string password_hash;
  std::string key_1, fingerprint_1, key_2, fingerprint_2;
};

std::string_view LoginOutcomeName(LoginOutcome outcome) {
  switch (outcome) {
    case LoginOutcome::kSuccess: return "success";
    case LoginOutcome::kUnknownUser: return "unknown user";
    case LoginOutcome::kWrongSecret: return "wrong secret";
    case LoginOutcome::kNoPassword: return "no password set";
    case LoginOutcome::kDisabled: return "disabled";
    case LoginOutcome::kExpired: return "expired";
    case LoginOutcome::kReplayed: return "replayed";
    case LoginOutcome::kMalformed: return "malformed";
    case LoginOutcome::kLimited: return "too many failures";
    case LoginOutcome::kRoleNotGranted: return "role not granted";
    case LoginOutcome::kNotChecked: return "not checked";
  }
  return "unknown";
}

std::string_view MethodName(Method method) {
  switch (method) {
    case Method::kPassword: return "PASSWORD";
    case Method::kKeyPairJwt: return "KEYPAIR";
    case Method::kAccessToken: return "PROGRAMMATIC_ACCESS_TOKEN";
    case Method::kOauth: return "OAUTH_ACCESS_TOKEN";
  }
  return "UNKNOWN";
}

Result<Principal> AccessServiceImpl::Authenticate(const Credentials& credentials) {
  const std::string key = LimiterKey(credentials, credentials.method);
  Identified who;
  if (!key.empty() && !limiter_.Allowed(key)) {
    who.outcome = LoginOutcome::kLimited;
    Report(credentials, who, "");
    return Refused();
  }
  auto identified = Identify(credentials, key);
  if (!identified) {
    who.outcome = LoginOutcome::kNotChecked;
    Report(credentials, who, "");
    return std::move(identified).error();
  }
  who = *std::move(identified);
  if (who.outcome == LoginOutcome::kSuccess && who.disabled) who.outcome = LoginOutcome::kDisabled;
  if (!key.empty() && who.outcome != LoginOutcome::kLimited &&
      !limiter_.Record(key, !IsCountedFailure(who.outcome))) {
    who.outcome = LoginOutcome::kLimited;
  }
  if (who.outcome != LoginOutcome::kSuccess) {
    Report(credentials, who, "");
    return Refused();
  }
  auto principal = ChooseRole(who, credentials.wanted_role);
  if (!principal) who.outcome = LoginOutcome::kRoleNotGranted;
  Report(credentials, who, principal ? principal->role : std::string());
  return principal;
}

Result<AccessServiceImpl::Identified> AccessServiceImpl::Identify(const Credentials& credentials,
                                                                  const std::string& limiter_key) {
  if (credentials.secret.size() > kMaxSecretBytes && credentials.method != Method::kPassword) {
    Identified malformed;
    malformed.outcome = LoginOutcome::kMalformed;
    return malformed;
  }
  switch (credentials.method) {
    case Method::kPassword:
      if (credentials.secret.starts_with(kAccessTokenPrefix)) {
        return ByToken(credentials, std::string(kAccessTokenKind));
      }
      return ByPassword(credentials, limiter_key);
    case Method::kKeyPairJwt: return ByJwt(credentials);
    case Method::kAccessToken: return ByToken(credentials, std::string(kAccessTokenKind));
    case Method::kOauth: return ByToken(credentials, std::string(kServiceKind));
  }
  return Error{Code::kInternal, "Unknown way to log in."};
}

Result<std::optional<AccessServiceImpl::LoginRow>> AccessServiceImpl::FindLogin(
    const std::string& name) const {
  FIRN_TRY(const auto rows,
           database_.Query("SELECT id, name, default_role, disabled, type, password_hash, key_1,"
                           " fingerprint_1, key_2, fingerprint_2, default_secondary_roles"
                           " FROM access_user"
                           " WHERE login_name = ?",
                           {UpperCase(name)}));
  if (rows.empty()) return std::optional<LoginRow>{};
  const store::Row& row = rows[0];
  LoginRow found;
  found.who.user_id = store::AsInt(row.at(0));
  found.who.user = store::AsText(row.at(1));
  found.who.default_role = store::AsText(row.at(2));
  found.who.disabled = store::AsInt(row.at(3)) != 0;
  found.is_service = store::AsText(row.at(4)) == "SERVICE";
  found.password_hash = store::AsText(row.at(5));
  found.key_1 = store::AsText(row.at(6));
  found.fingerprint_1 = store::AsText(row.at(7));
  found.key_2 = store::AsText(row.at(8));
  found.fingerprint_2 = store::AsText(row.at(9));
  found.who.secondary_roles = store::AsText(row.at(10)) == "ALL";
  return std::optional<LoginRow>(std::move(found));
}

Result<AccessServiceImpl::Identified> AccessServiceImpl::ByPassword(
    const Credentials& credentials, const std::string& limiter_key) {
  FIRN_TRY(const auto row, FindLogin(credentials.user));
  const bool has_password = row && !row->is_service && !row->password_hash.empty();
  bool limited = false;
  // Whoever waited for this turn may have been overtaken by the fifth failure.
  const auto still_wanted = [&] {
    limited = !limiter_key.empty() && !limiter_.Allowed(limiter_key);
    return !limited;
  };
  FIRN_TRY(const bool right, passwords_.Verify(has_password ? row->password_hash : std::string(),
                                               credentials.secret, still_wanted));
  Identified who = row ? row->who : Identified{};
  if (limited) {
    who.outcome = LoginOutcome::kLimited;
  } else if (!row) {
    who.outcome = LoginOutcome::kUnknownUser;
  } else if (!has_password) {
    who.outcome = LoginOutcome::kNoPassword;
  } else {
    who.outcome = right ? LoginOutcome::kSuccess : LoginOutcome::kWrongSecret;
  }
  return who;
}

Result<AccessServiceImpl::Identified> AccessServiceImpl::ByJwt(const Credentials& credentials) {
  Identified nobody;
  nobody.outcome = LoginOutcome::kMalformed;
  const auto jwt = ParseJwt(credentials.secret);
  if (!jwt) return nobody;

  FIRN_TRY(const auto row, FindLogin(jwt->user));
  const PublicKey* key = &nobodys_keys_.at(static_cast<std::size_t>(jwt->algorithm));
  std::optional<PublicKey> own;
  if (row) {
    const bool first = jwt->fingerprint == row->fingerprint_1;
    if (first || jwt->fingerprint == row->fingerprint_2) {
      FIRN_TRY(own, PublicKey::Parse(first ? row->key_1 : row->key_2));
      if (own->Fits(jwt->algorithm)) key = &*own;
    }
  }
  ++signatures_;
  const bool genuine = key->Verify(jwt->algorithm, jwt->signing_input, jwt->signature) &&
                       own.has_value() && key == &*own;

  Identified who = row ? row->who : nobody;
  const bool names_fit = jwt->account == kAccount &&
                         (credentials.user.empty() || UpperCase(credentials.user) == jwt->user);
  if (!row) {
    who.outcome = LoginOutcome::kUnknownUser;
  } else if (!genuine || !names_fit) {
    who.outcome = LoginOutcome::kWrongSecret;
  } else if (!IsJwtCurrent(*jwt, clock_.NowMs())) {
    who.outcome = LoginOutcome::kExpired;
  } else {
    FIRN_TRY(const bool is_new, RememberJwt(*jwt));
    who.outcome = is_new ? LoginOutcome::kSuccess : LoginOutcome::kReplayed;
  }
  return who;
}

Result<bool> AccessServiceImpl::RememberJwt(const Jwt& jwt) {
  // Without the signature: of an EC signature there is always a second valid form.
  const std::string digest = HexEncode(Sha256(jwt.signing_input));
  FIRN_TRY(auto transaction, database_.Begin());
  FIRN_CHECK(
      transaction->Execute("DELETE FROM access_seen_jwt WHERE expires_ms <= ?", {clock_.NowMs()}));
  FIRN_TRY(const std::int64_t added,
           transaction->Execute("INSERT INTO access_seen_jwt (digest, expires_ms) VALUES (?, ?)"
                                " ON CONFLICT (digest) DO NOTHING",
                                {digest, JwtEndMs(jwt) + kJwtSkewMs}));
  FIRN_CHECK(transaction->Commit());
  return added == 1;
}

Result<AccessServiceImpl::Identified> AccessServiceImpl::ByToken(const Credentials& credentials,
                                                                 const std::string& kind) {
  FIRN_TRY(
      const auto rows,
      database_.Query("SELECT u.id, u.name, u.default_role, u.disabled, u.login_name, t.role,"
                      " t.expires_ms, t.disabled, u.default_secondary_roles FROM access_token t"
                      " JOIN access_user u ON u.id = t.user_id"
                      " WHERE t.secret_sha256 = ? AND t.kind = ?",
                      {TokenDigest(credentials.secret), kind}));
  Identified who;
  who.outcome = LoginOutcome::kWrongSecret;
  if (rows.empty()) return who;
  const store::Row& row = rows[0];
  who.user_id = store::AsInt(row.at(0));
  who.user = store::AsText(row.at(1));
  who.default_role = store::AsText(row.at(2));
  who.disabled = store::AsInt(row.at(3)) != 0;
  who.only_role = store::AsText(row.at(5));
  who.secondary_roles = store::AsText(row.at(8)) == "ALL";
  if (!credentials.user.empty() && UpperCase(credentials.user) != store::AsText(row.at(4))) {
    return who;
  }
  if (store::AsInt(row.at(6)) <= clock_.NowMs()) {
    who.outcome = LoginOutcome::kExpired;
  } else if (store::AsInt(row.at(7)) != 0) {
    who.outcome = LoginOutcome::kDisabled;
  } else {
    who.outcome = LoginOutcome::kSuccess;
  }
  return who;
}

Result<Principal> AccessServiceImpl::ChooseRole(const Identified& who,
                                                const std::string& wanted) const {
  Principal principal{who.user_id, who.user, wanted, who.only_role, who.secondary_roles};
  if (wanted.empty()) {
    principal.role = who.only_role.empty() ? who.default_role : who.only_role;
    // Snowflake logs in with PUBLIC where the default role is not (or no longer) the user's.
    if (who.only_role.empty() && !MayUseRole(principal, principal.role)) {
      principal.role = std::string(kPublic);
    }
  }
  if (MayUseRole(principal, principal.role)) return principal;
  return SqlError(Code::kUnauthenticated, 390189, "08001",
                  "Role '" + principal.role +
                      "' specified in the connect string does not exist or not authorized. "
                      "Contact your local system administrator, or attempt to login with another "
                      "role, e.g. PUBLIC.");
}

void AccessServiceImpl::Report(const Credentials& credentials, const Identified& who,
                               const std::string& role) const {
  if (!observer_) return;
  observer_({clock_.NowMs(), who.outcome, credentials.method, who.user, role,
             credentials.remote_address});
}

}  // namespace firn::access
