#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/directory.hpp"
#include "base/result.hpp"

namespace firn::access {

/// That a role is held by another role or by a user.
struct RoleGrant {
  Role role;
  bool to_user = false;
  std::int64_t grantee_id = 0;
  std::string grantee_name;
  std::int64_t grantee_database_id = 0;  ///< of a database role
  std::string granted_by;
  std::int64_t created_on_ms = 0;
};

struct Grantee {
  bool is_user = false;
  std::int64_t id = 0;
};

/// Roles of the account and of databases, and who holds them. Who may do what with them is for the
/// caller to check. Thread-safe. The system's own (ACCOUNTADMIN, SECURITYADMIN, USERADMIN,
/// SYSADMIN, PUBLIC) cannot be dropped, and what they hold of each other cannot be revoked.
class Roles {
 public:
  virtual ~Roles() = default;

  /// Errors: kNotFound 2003 "Role 'X' does not exist or not authorized."
  [[nodiscard]] virtual Result<Role> Find(const std::string& name,
                                          std::int64_t database_id = 0) const = 0;
  [[nodiscard]] virtual Result<Role> FindId(RoleId id) const = 0;
  /// By name. `database_id` 0: of the account; nothing: all.
  [[nodiscard]] virtual std::vector<Role> List(std::optional<std::int64_t> database_id) const = 0;

  /// Errors: kExists 2002.
  virtual Result<RoleId> Create(const std::string& name, std::int64_t database_id,
                                const std::string& owner, const std::string& comment) = 0;
  /// With all grants to it and of it. What it owned of roles and users goes to `heir`.
  /// Errors: kInvalid for one of the system's own.
  virtual Status Drop(RoleId id, const std::string& heir) = 0;
  virtual Status SetComment(RoleId id, const std::string& comment) = 0;
  virtual Status SetOwner(RoleId id, const std::string& owner) = 0;

  /// Errors: kInvalid when the role would inherit itself.
  virtual Status GrantTo(RoleId role, const Grantee& grantee, const std::string& granted_by) = 0;
  virtual Status RevokeFrom(RoleId role, const Grantee& grantee) = 0;
  /// Who holds it directly.
  [[nodiscard]] virtual Result<std::vector<RoleGrant>> HoldersOf(RoleId role) const = 0;
  /// The roles that were granted to it directly.
  [[nodiscard]] virtual Result<std::vector<RoleGrant>> HeldBy(const Grantee& grantee) const = 0;
};

}  // namespace firn::access
