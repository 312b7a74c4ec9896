#pragma once

#include <array>
#include <mutex>
#include <shared_mutex>

#include "access/access_service.hpp"
#include "access/jwt.hpp"
#include "access/login_limiter.hpp"
#include "access/passwords.hpp"
#include "access/public_key.hpp"
#include "access/rules.hpp"

namespace firn::access {

/// The one AccessService. Its parts: access_service.cpp (open, roles, Check), users.cpp,
/// tokens.cpp, login.cpp.
class AccessServiceImpl final : public AccessService {
 public:
  AccessServiceImpl(store::Database& database, const Clock& clock)
      : database_(database), clock_(clock), limiter_(clock) {}
  Status Start();

  [[nodiscard]] Status Check(const Principal& principal, Privilege privilege,
                             const ObjectRef& object) const override;
  Result<std::vector<Role>> ListRoles() const override;
  Result<std::vector<std::string>> RolesOf(const std::string& user) const override;
  Status MayUseRole(const Principal& principal, const std::string& role) const override;

  Result<User> CreateUser(const std::string& name, const std::string& default_role) override;
  Status DropUser(const std::string& name) override;
  Status AlterUser(const std::string& name, const UserChange& change) override;
  Result<User> FindUser(const std::string& name) const override;
  Result<std::vector<User>> ListUsers() const override;
  Status SetPassword(const std::string& user, const std::string& password) override;
  Status SetPublicKey(const std::string& user, int slot, const std::string& key) override;
  Status SetDisabled(const std::string& user, bool disabled) override;

  Result<std::string> IssueAccessToken(const std::string& user, const std::string& name,
                                       const std::string& role_restriction,
                                       std::int64_t lifetime_ms) override;
  Status RevokeAccessToken(const std::string& user, const std::string& name) override;
  Status SetAccessTokenDisabled(const std::string& user, const std::string& name,
                                bool disabled) override;
  Result<std::vector<TokenInfo>> ListAccessTokens(const std::string& user) const override;
  Result<std::string> IssueServiceToken(const std::string& user, const std::string& role,
                                        std::int64_t lifetime_ms) override;

  Result<Principal> Authenticate(const Credentials& credentials) override;
  void SetLoginObserver(std::function<void(const LoginEvent&)> observer) override {
    observer_ = std::move(observer);
  }
  [[nodiscard]] Work WorkDone() const override { return {passwords_.runs(), signatures_}; }

 private:
  /// Whom a secret stands for, before disabled users and roles are looked at.
  struct Identified {
    LoginOutcome outcome = LoginOutcome::kUnknownUser;
    std::int64_t user_id = 0;
    std::string user;
    std::string default_role;
    std::string only_role;
    bool disabled = false;
  };
  struct LoginRow;

  Result<std::optional<LoginRow>> FindLogin(const std::string& name) const;
  Result<Identified> Identify(const Credentials& credentials, const std::string& limiter_key);
  Result<Identified> ByPassword(const Credentials& credentials, const std::string& limiter_key);
  Result<Identified> ByJwt(const Credentials& credentials);
  Result<Identified> ByToken(const Credentials& credentials, const std::string& kind);
  /// False when the token was used before.
  Result<bool> RememberJwt(const Jwt& jwt);
  Result<Principal> ChooseRole(const Identified& who, const std::string& wanted) const;
  void Report(const Credentials& credentials, const Identified& who, const std::string& role) const;

  /// Errors: kConflict when the user is the last enabled one with ACCOUNTADMIN.
  Status KeepAnAdministrator(std::int64_t leaving_user) const;
  Status RequireRoleOf(const User& user, const std::string& role) const;
  Result<std::string> StoreToken(const User& user, const std::string& kind, const std::string& name,
                                 const std::string& role, std::string_view prefix,
                                 std::int64_t expires_ms);
  /// After each change of users, roles or role grants; with changes_ held.
  Status ReloadDirectory();
  [[nodiscard]] std::shared_ptr<const Directory> directory() const;

  store::Database& database_;
  const Clock& clock_;
  LoginLimiter limiter_;
  Passwords passwords_;
  std::atomic<std::uint64_t> signatures_{0};
  std::function<void(const LoginEvent&)> observer_;
  /// One key for each algorithm, in the order of SignatureAlgorithm.
  std::vector<PublicKey> nobodys_keys_;

  /// Held over a change and the reload after it, so that the directory never goes back in time.
  std::mutex changes_;
  mutable std::shared_mutex directory_mutex_;
  std::shared_ptr<const Directory> directory_;
};

/// Snowflake's 2003.
Error NoSuchObject(std::string_view kind, const std::string& name);

}  // namespace firn::access
