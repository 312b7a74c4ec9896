#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/check.hpp"
#include "access/grants.hpp"
#include "access/principal.hpp"
#include "access/roles.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace firn::access {

struct User {
  std::int64_t id = 0;
  std::string name;             ///< folded
  std::string type = "PERSON";  ///< or SERVICE: no password, only keys and tokens
  std::string default_role, default_warehouse, default_namespace;
  std::string email, comment;
  bool disabled = false;
  bool has_password = false;
  std::string key_fingerprint, key_fingerprint_2;  ///< "SHA256:…"; empty when unset
  std::int64_t created_on_ms = 0;
  std::string owner;             ///< the role that may change the user
  bool secondary_roles = false;  ///< a session begins with USE SECONDARY ROLES ALL

  [[nodiscard]] ObjectRef ref() const { return {ObjectKind::kUser, id, name, owner}; }
};

/// What ALTER USER sets; what is absent stays. The default role needs not be granted yet.
struct UserChange {
  std::optional<std::string> type, default_role, default_warehouse, default_namespace;
  std::optional<std::string> email, comment, owner;
  std::optional<bool> secondary_roles;
};

/// What a user is made with. Roles are granted apart from it, the default role too.
struct NewUser {
  std::string default_role = "PUBLIC";
  std::string owner = "USERADMIN";
};

/// A programmatic access token as it is listed: never the secret.
struct TokenInfo {
  std::int64_t id = 0;
  std::string name, user, role_restriction;
  std::int64_t expires_ms = 0, created_on_ms = 0;
  bool disabled = false;
};

/// What a login request brings. Exactly one of the credentials is used, by `method`.
struct Credentials {
  enum class Method { kPassword, kKeyPairJwt, kAccessToken, kOauth };
  Method method = Method::kPassword;
  std::string account;
  std::string user;         ///< as typed; empty for tokens that name their user
  std::string secret;       ///< password, JWT or token
  std::string wanted_role;  ///< empty: the user's default
  std::string remote_address;
};

/// How a login went; what the audit stream gets to know, and the client does not.
enum class LoginOutcome {
  kSuccess,
  kUnknownUser,
  kWrongSecret,  ///< a password or token that is not theirs, or a forged signature
  kNoPassword,   ///< the user has none, so only keys and tokens work
  kDisabled,
  kExpired,
  kReplayed,
  kMalformed,
  kLimited,         ///< too many failures before; nothing was checked
  kRoleNotGranted,  ///< the secret was right; the role asked for is not the user's
  kNotChecked,      ///< a part of Firn was not available
};
std::string_view LoginOutcomeName(LoginOutcome outcome);  ///< "wrong secret"
std::string_view MethodName(Credentials::Method method);  ///< "PASSWORD", "KEYPAIR" …

struct LoginEvent {
  std::int64_t time_ms = 0;
  LoginOutcome outcome = LoginOutcome::kSuccess;
  Credentials::Method method = Credentials::Method::kPassword;
  /// Empty where no user of that name exists: people type passwords into the wrong field.
  std::string user;
  std::string role;  ///< after a success
  std::string remote_address;
};

/// Users, roles, tokens and keys; and the answer to Check. Thread-safe. Names are folded; login
/// names are compared case-insensitively. The first open makes the system roles and the user ADMIN
/// (ACCOUNTADMIN) without a password: until one is set, only a token logs in.
///
/// Secrets: passwords by Argon2id (libargon2; 19 MiB, t=2, p=1), tokens as SHA-256 only.
/// Whatever is wrong with a login, the caller sees one sentence (390100, "Incorrect username or
/// password was specified.") after the same work; the observer hears what it was. After 5 failures
/// in a row a user waits 1 s at that address and with that method, doubling up to 15 min. A login
/// that names no user (a token of ours does that) is not slowed: there is nothing to guess.
/// A JWT (RS256, RS384, RS512, ES256, ES384) has `iss` FIRN.USER.SHA256:fp and `sub` FIRN.USER,
/// lives at most 60 s plus 30 s of skew, and is accepted once: its digest is stored until it ends,
/// so a restart does not forget it.
class AccessService : public Checker {
 public:
  static Result<std::unique_ptr<AccessService>> Open(store::Database& database, const Clock& clock);

  /// Errors: kUnauthenticated 390100 for every wrong login, 390189 for a right one with a role
  /// that is not the user's; kUnavailable when it could not be checked. A token of ours given as
  /// password is taken as token, as Snowflake has it.
  virtual Result<Principal> Authenticate(const Credentials& credentials) = 0;
  /// Hears of every login. Called in the thread of Authenticate, without a lock; set before use.
  virtual void SetLoginObserver(std::function<void(const LoginEvent&)> observer) = 0;

  virtual Roles& roles() = 0;
  virtual Grants& grants() = 0;

  /// The user holds PUBLIC and nothing else.
  virtual Result<User> CreateUser(const std::string& name, const NewUser& made) = 0;
  /// With keys, tokens and role grants. Errors: kConflict for the last enabled user that holds
  /// ACCOUNTADMIN (SetDisabled as well).
  virtual Status DropUser(const std::string& name) = 0;
  virtual Status AlterUser(const std::string& name, const UserChange& change) = 0;
  virtual Result<User> FindUser(const std::string& name) const = 0;
  virtual Result<std::vector<User>> ListUsers() const = 0;
  /// Errors: kInvalid 3002 against the policy (8 to 256 characters; upper, lower, digit).
  virtual Status SetPassword(const std::string& user, const std::string& password) = 0;
  /// `slot` 1 or 2 (RSA_PUBLIC_KEY, RSA_PUBLIC_KEY_2); PEM or its base64 body; empty unsets.
  virtual Status SetPublicKey(const std::string& user, int slot, const std::string& key) = 0;
  virtual Status SetDisabled(const std::string& user, bool disabled) = 0;

  /// Returns the secret, shown this once. `lifetime_ms` 0: 15 days; at most 365 days. With a role
  /// restriction (one of the user's roles) a session of the token has that role and no other.
  virtual Result<std::string> IssueAccessToken(const std::string& user, const std::string& name,
                                               const std::string& role_restriction,
                                               std::int64_t lifetime_ms) = 0;
  virtual Status RevokeAccessToken(const std::string& user, const std::string& name) = 0;
  virtual Status SetAccessTokenDisabled(const std::string& user, const std::string& name,
                                        bool disabled) = 0;
  virtual Result<std::vector<TokenInfo>> ListAccessTokens(const std::string& user) const = 0;

  /// A short-lived token for a container of ours (method kOauth), bound to user and role.
  virtual Result<std::string> IssueServiceToken(const std::string& user, const std::string& role,
                                                std::int64_t lifetime_ms) = 0;

  /// The roles that the user may take, sorted: what was granted, what those inherit, and PUBLIC.
  /// The account's own: ACCOUNTADMIN (inherits all), SECURITYADMIN, USERADMIN, SYSADMIN, PUBLIC.
  virtual Result<std::vector<std::string>> RolesOf(const std::string& user) const = 0;
  /// The names of the account roles that count for the principal, inherited ones included.
  virtual std::vector<std::string> ActiveRoles(const Principal& principal) const = 0;
  /// Errors: kDenied (3013) as Snowflake has it for USE ROLE.
  virtual Status MayUseRole(const Principal& principal, const std::string& role) const = 0;

  /// Costly checks made so far: Argon2 runs and signature verifications.
  struct Work {
    std::uint64_t password_hashes = 0, signatures = 0;
  };
  [[nodiscard]] virtual Work WorkDone() const = 0;
};

}  // namespace firn::access
