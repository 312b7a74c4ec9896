#pragma once

#include "access/directory.hpp"
#include "access/roles.hpp"
#include "base/clock.hpp"

namespace firn::access {

/// The one Roles: roles.cpp (roles themselves), role_grants.cpp (who holds them).
class RolesImpl final : public Roles {
 public:
  RolesImpl(store::Database& database, const Clock& clock, LiveDirectory& directory)
      : database_(database), clock_(clock), directory_(directory) {}

  [[nodiscard]] Result<Role> Find(const std::string& name, std::int64_t database_id) const override;
  [[nodiscard]] Result<Role> FindId(RoleId id) const override;
  [[nodiscard]] std::vector<Role> List(std::optional<std::int64_t> database_id) const override;
  Result<RoleId> Create(const std::string& name, std::int64_t database_id, const std::string& owner,
                        const std::string& comment) override;
  Status Drop(RoleId id, const std::string& heir) override;
  Status SetComment(RoleId id, const std::string& comment) override;
  Status SetOwner(RoleId id, const std::string& owner) override;

  Status GrantTo(RoleId role, const Grantee& grantee, const std::string& granted_by) override;
  Status RevokeFrom(RoleId role, const Grantee& grantee) override;
  [[nodiscard]] Result<std::vector<RoleGrant>> HoldersOf(RoleId role) const override;
  [[nodiscard]] Result<std::vector<RoleGrant>> HeldBy(const Grantee& grantee) const override;

 private:
  Status Set(RoleId id, const std::string& column, const std::string& value);
  [[nodiscard]] Result<std::vector<RoleGrant>> ReadGrants(
      const std::string& where, const std::vector<store::Value>& parameters) const;

  store::Database& database_;
  const Clock& clock_;
  LiveDirectory& directory_;
};

/// True for ACCOUNTADMIN, SECURITYADMIN, USERADMIN, SYSADMIN and PUBLIC.
bool IsSystemRole(const Role& role);

}  // namespace firn::access
