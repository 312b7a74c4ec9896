#include "access/roles.hpp"

#include <algorithm>
#include <tuple>

#include "access/roles_impl.hpp"
#include "access/schema.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

Error NoSuchRole(const std::string& name) {
  return SqlError(Code::kNotFound, 2003, "02000",
                  "SQL compilation error:\nRole '" + name + "' does not exist or not authorized.");
}

}  // namespace

bool IsSystemRole(const Role& role) { return role.owner.empty() && role.database_id == 0; }

Result<Role> RolesImpl::Find(const std::string& name, std::int64_t database_id) const {
  const auto known = directory_.Get();
  const auto* role = known->FindRole(name, database_id);
  if (role == nullptr) return NoSuchRole(name);
  return *role;
}

Result<Role> RolesImpl::FindId(RoleId id) const {
  const auto known = directory_.Get();
  const auto node = known->roles.find(id);
  if (node == known->roles.end()) return NoSuchRole(std::to_string(id));
  return node->second.role;
}

std::vector<Role> RolesImpl::List(std::optional<std::int64_t> database_id) const {
  std::vector<Role> roles;
  for (const auto& [id, node] : directory_.Get()->roles) {
    if (!database_id || node.role.database_id == *database_id) roles.push_back(node.role);
  }
  std::ranges::sort(roles, {},
                    [](const Role& role) { return std::tie(role.database_id, role.name); });
  return roles;
}

Result<RoleId> RolesImpl::Create(const std::string& name, std::int64_t database_id,
                                 const std::string& owner, const std::string& comment) {
  RoleId id = 0;
  FIRN_CHECK(directory_.Change([&](store::Executor& executor) -> Status {
    FIRN_TRY(id, NextId(executor, "role"));
    const auto made = database_id == 0
                          ? executor.Execute(
                                "INSERT INTO access_role (id, name, owner, comment,"
                                " created_on_ms) VALUES (?, ?, ?, ?, ?)",
                                {id, name, owner, comment, clock_.NowMs()})
                          : executor.Execute(
                                "INSERT INTO access_database_role (id, name, owner, comment,"
                                " created_on_ms, database_id) VALUES (?, ?, ?, ?, ?, ?)",
                                {id, name, owner, comment, clock_.NowMs(), database_id});
    if (made) return {};
    if (made.error().code != Code::kExists) return made.error();
    return SqlError(Code::kExists, 2002, "42710",
                    "SQL compilation error:\nObject '" + name + "' already exists.");
  }));
  return id;
}

Status RolesImpl::Drop(RoleId id, const std::string& heir) {
  FIRN_TRY(const auto role, FindId(id));
  if (IsSystemRole(role)) {
    return Error{Code::kInvalid, "The role " + role.name + " is the account's own; it stays."};
  }
  return directory_.Change([&](store::Executor& executor) -> Status {
    for (const auto* sql :
         {"DELETE FROM access_role_grant WHERE role_id = ?",
          "DELETE FROM access_role_grant WHERE grantee_kind = 'ROLE' AND grantee_id = ?",
          "DELETE FROM access_grant WHERE role_id = ?",
          "DELETE FROM access_future_grant WHERE role_id = ?",
          "DELETE FROM access_role WHERE id = ?",
          "DELETE FROM access_database_role WHERE id = ?"}) {
      FIRN_CHECK(executor.Execute(sql, {id}));
    }
    if (role.database_id != 0) return {};
    for (const auto* sql : {"UPDATE access_role SET owner = ? WHERE owner = ?",
                            "UPDATE access_database_role SET owner = ? WHERE owner = ?",
                            "UPDATE access_user SET owner = ? WHERE owner = ?"}) {
      FIRN_CHECK(executor.Execute(sql, {heir, role.name}));
    }
    return {};
  });
}

Status RolesImpl::Set(RoleId id, const std::string& column, const std::string& value) {
  return directory_.Change([&](store::Executor& executor) -> Status {
    for (const auto* table : {"access_role", "access_database_role"}) {
      FIRN_CHECK(executor.Execute(
          "UPDATE " + std::string(table) + " SET " + column + " = ? WHERE id = ?", {value, id}));
    }
    return {};
  });
}

Status RolesImpl::SetComment(RoleId id, const std::string& comment) {
  return Set(id, "comment", comment);
}

Status RolesImpl::SetOwner(RoleId id, const std::string& owner) {
  FIRN_TRY(const auto role, FindId(id));
  if (IsSystemRole(role)) {
    return Error{Code::kInvalid, "The role " + role.name + " is the account's own."};
  }
  return Set(id, "owner", owner);
}

}  // namespace firn::access
