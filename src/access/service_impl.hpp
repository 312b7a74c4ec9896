#pragma once

#include <array>

#include "access/access_service.hpp"
#include "access/grants_impl.hpp"
#include "access/jwt.hpp"
#include "access/login_limiter.hpp"
#include "access/passwords.hpp"
#include "access/public_key.hpp"
#include "access/roles_impl.hpp"

namespace firn::access {

/// The one AccessService. Its parts: access_service.cpp (open, Check), users.cpp, tokens.cpp,
/// login.cpp; roles and grants are classes of their own.
class AccessServiceImpl final : public AccessService {
 public:
  AccessServiceImpl(store::Database& database, const Clock& clock)
      : database_(database),
        clock_(clock),
        directory_(database),
        roles_(database, clock, directory_),
        grants_(database, clock, directory_),
        limiter_(clock) {}
  Status Start();

  Roles& roles() override { return roles_; }
  Grants& grants() override { return grants_; }

  [[nodiscard]] Status Check(const Principal& principal, Privilege privilege,
                             const ObjectRef& object) const override;
  [[nodiscard]] bool Sees(const Principal& principal, const ObjectRef& object) const override;
  Result<std::vector<std::string>> RolesOf(const std::string& user) const override;
  Status MayUseRole(const Principal& principal, const std::string& role) const override;
  std::vector<std::string> ActiveRoles(const Principal& principal) const override;

  Result<User> CreateUser(const std::string& name, const NewUser& made) override;
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
    bool secondary_roles = false;
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

  Status RequireRoleOf(const User& user, const std::string& role) const;
  Result<std::string> StoreToken(const User& user, const std::string& kind, const std::string& name,
                                 const std::string& role, std::string_view prefix,
                                 std::int64_t expires_ms);

  store::Database& database_;
  const Clock& clock_;
  LiveDirectory directory_;
  RolesImpl roles_;
  GrantsImpl grants_;
  LoginLimiter limiter_;
  Passwords passwords_;
  std::atomic<std::uint64_t> signatures_{0};
  std::function<void(const LoginEvent&)> observer_;
  /// One key for each algorithm, in the order of SignatureAlgorithm.
  std::vector<PublicKey> nobodys_keys_;
};

/// Snowflake's 2003.
Error NoSuchObject(std::string_view kind, const std::string& name);

}  // namespace firn::access
