#include "access/roles_impl.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

std::string KindText(const Grantee& grantee) { return grantee.is_user ? "USER" : "ROLE"; }

}  // namespace

Status RolesImpl::GrantTo(RoleId role, const Grantee& grantee, const std::string& granted_by) {
  return directory_.Change([&](store::Executor& executor) -> Status {
    // No other change runs meanwhile, so the picture is that of the transaction.
    const auto known = directory_.Get();
    const auto granted = known->roles.find(role);
    if (!grantee.is_user && granted != known->roles.end() &&
        granted->second.inherited.contains(grantee.id)) {
      const auto to = known->roles.find(grantee.id);
      return SqlError(Code::kInvalid, 3032, "42601",
                      "SQL access control error:\nRole " + NameToSql(granted->second.role.name) +
                          " already holds " +
                          NameToSql(to == known->roles.end() ? "" : to->second.role.name) +
                          ", so it cannot be granted to it.");
    }
    FIRN_CHECK(executor.Execute(
        "INSERT INTO access_role_grant (role_id, grantee_kind, grantee_id, granted_by,"
        " created_on_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        {role, KindText(grantee), grantee.id, granted_by, clock_.NowMs()}));
    return {};
  });
}

Status RolesImpl::RevokeFrom(RoleId role, const Grantee& grantee) {
  FIRN_TRY(const auto found, FindId(role));
  if (!grantee.is_user && IsSystemRole(found)) {
    FIRN_TRY(const auto from, FindId(grantee.id));
    if (IsSystemRole(from)) {
      return Error{Code::kInvalid, "That " + from.name + " holds " + found.name +
                                       " is the account's own; it stays."};
    }
  }
  return directory_.Change([&](store::Executor& executor) -> Status {
    FIRN_CHECK(executor.Execute(
        "DELETE FROM access_role_grant WHERE role_id = ? AND grantee_kind = ? AND grantee_id = ?",
        {role, KindText(grantee), grantee.id}));
    return {};
  });
}

Result<std::vector<RoleGrant>> RolesImpl::ReadGrants(
    const std::string& where, const std::vector<store::Value>& parameters) const {
  FIRN_TRY(const auto rows,
           database_.Query("SELECT g.role_id, g.grantee_kind, g.grantee_id, g.granted_by,"
                           " g.created_on_ms, u.name FROM access_role_grant g"
                           " LEFT JOIN access_user u ON g.grantee_kind = 'USER'"
                           " AND u.id = g.grantee_id WHERE " +
                               where + " ORDER BY g.created_on_ms, g.role_id, g.grantee_id",
                           parameters));
  std::vector<RoleGrant> grants;
  for (const auto& row : rows) {
    RoleGrant grant;
    FIRN_TRY(grant.role, FindId(store::AsInt(row.at(0))));
    grant.to_user = store::AsText(row.at(1)) == "USER";
    grant.grantee_id = store::AsInt(row.at(2));
    grant.granted_by = store::AsText(row.at(3));
    grant.created_on_ms = store::AsInt(row.at(4));
    grant.grantee_name = store::AsText(row.at(5));
    if (!grant.to_user) {
      FIRN_TRY(const auto holder, FindId(grant.grantee_id));
      grant.grantee_name = holder.name;
      grant.grantee_database_id = holder.database_id;
    }
    grants.push_back(std::move(grant));
  }
  return grants;
}

Result<std::vector<RoleGrant>> RolesImpl::HoldersOf(RoleId role) const {
  return ReadGrants("g.role_id = ?", {role});
}

Result<std::vector<RoleGrant>> RolesImpl::HeldBy(const Grantee& grantee) const {
  return ReadGrants("g.grantee_kind = ? AND g.grantee_id = ?", {KindText(grantee), grantee.id});
}

}  // namespace firn::access
