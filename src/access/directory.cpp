#include "access/directory.hpp"

#include <algorithm>
#include <vector>

namespace firn::access {
namespace {

/// Which roles were granted to whom.
struct RoleGrants {
  std::map<RoleId, std::vector<RoleId>> of_role;  ///< grantee role → roles
  std::map<std::int64_t, std::vector<RoleId>> of_user;
};

Result<RoleGrants> LoadGrants(store::Executor& executor) {
  RoleGrants grants;
  FIRN_TRY(const auto rows,
           executor.Query("SELECT role_id, grantee_kind, grantee_id FROM access_role_grant"));
  for (const auto& row : rows) {
    auto& target = store::AsText(row.at(1)) == "ROLE" ? grants.of_role : grants.of_user;
    target[store::AsInt(row.at(2))].push_back(store::AsInt(row.at(0)));
  }
  return grants;
}

Status LoadRoles(store::Executor& executor, Directory& directory) {
  FIRN_TRY(const auto rows, executor.Query("SELECT id, name, 0, owner, comment, created_on_ms"
                                           " FROM access_role UNION ALL"
                                           " SELECT id, name, database_id, owner, comment,"
                                           " created_on_ms FROM access_database_role"));
  for (const auto& row : rows) {
    const Role role{store::AsInt(row.at(0)),  store::AsText(row.at(1)), store::AsInt(row.at(2)),
                    store::AsText(row.at(3)), store::AsText(row.at(4)), store::AsInt(row.at(5))};
    directory.roles[role.id].role = role;
    if (role.database_id == 0) {
      directory.account_roles[role.name] = role.id;
    } else {
      directory.database_roles[{role.database_id, role.name}] = role.id;
    }
  }
  return {};
}

/// The role and everything that it inherits; a circle of grants does no harm.
void AddInherited(const Directory& directory, const RoleGrants& grants, RoleId role,
                  std::set<RoleId>& into) {
  std::vector<RoleId> open{role};
  while (!open.empty()) {
    const RoleId next = open.back();
    open.pop_back();
    if (!directory.roles.contains(next) || !into.insert(next).second) continue;
    if (const auto more = grants.of_role.find(next); more != grants.of_role.end()) {
      open.insert(open.end(), more->second.begin(), more->second.end());
    }
  }
}

Result<Directory> LoadDirectory(store::Executor& executor) {
  Directory directory;
  FIRN_CHECK(LoadRoles(executor, directory));
  FIRN_TRY(const RoleGrants grants, LoadGrants(executor));
  const auto everyone = directory.account_roles.find(kPublic);
  const auto add_public = [&](std::set<RoleId>& roles) {
    if (everyone != directory.account_roles.end()) {
      AddInherited(directory, grants, everyone->second, roles);
    }
  };
  for (auto& [id, node] : directory.roles) {
    AddInherited(directory, grants, id, node.inherited);
    add_public(node.inherited);
  }
  FIRN_TRY(const auto users, executor.Query("SELECT id FROM access_user WHERE disabled = 0"));
  for (const auto& row : users) {
    const std::int64_t user = store::AsInt(row.at(0));
    auto& held = directory.roles_of_user[user];
    add_public(held);
    const auto granted = grants.of_user.find(user);
    if (granted == grants.of_user.end()) continue;
    for (const RoleId role : granted->second) AddInherited(directory, grants, role, held);
  }
  return directory;
}

bool HasAdministrator(const Directory& directory) {
  return std::ranges::any_of(directory.roles_of_user, [&](const auto& user) {
    return directory.Holds(user.second, kAccountAdmin);
  });
}

}  // namespace

const Role* Directory::FindRole(const std::string& name, std::int64_t database_id) const {
  if (database_id == 0) {
    const auto id = account_roles.find(name);
    return id == account_roles.end() ? nullptr : &roles.at(id->second).role;
  }
  const auto id = database_roles.find({database_id, name});
  return id == database_roles.end() ? nullptr : &roles.at(id->second).role;
}

const std::set<RoleId>* Directory::ActiveRoles(const Principal& principal,
                                               bool primary_only) const {
  const auto role = account_roles.find(principal.role);
  if (role == account_roles.end()) return nullptr;
  const auto& primary = roles.at(role->second).inherited;
  if (principal.user_id == 0) return &primary;  // Firn itself at work
  const auto held = roles_of_user.find(principal.user_id);
  if (held == roles_of_user.end() || !held->second.contains(role->second)) return nullptr;
  const bool with_secondary = principal.all_roles && principal.only_role.empty() && !primary_only;
  return with_secondary ? &held->second : &primary;
}

bool Directory::Holds(const std::set<RoleId>& active, std::string_view account_role) const {
  const auto role = account_roles.find(account_role);
  return role != account_roles.end() && active.contains(role->second);
}

std::shared_ptr<const Directory> LiveDirectory::Get() const {
  const std::shared_lock lock(mutex_);
  return now_;
}

Status LiveDirectory::Load() {
  const std::lock_guard changing(changes_);
  FIRN_TRY(auto loaded, LoadDirectory(database_));
  const std::unique_lock lock(mutex_);
  now_ = std::make_shared<const Directory>(std::move(loaded));
  return {};
}

Status LiveDirectory::Change(const std::function<Status(store::Executor&)>& change) {
  const std::lock_guard changing(changes_);
  FIRN_TRY(auto transaction, database_.Begin());
  FIRN_CHECK(change(*transaction));
  FIRN_TRY(auto loaded, LoadDirectory(*transaction));
  if (!HasAdministrator(loaded)) {
    return Error{Code::kConflict,
                 "No user with the role ACCOUNTADMIN would be left, and without one nobody could "
                 "administer the account. Give the role to another user first."};
  }
  FIRN_CHECK(transaction->Commit());
  const std::unique_lock lock(mutex_);
  now_ = std::make_shared<const Directory>(std::move(loaded));
  return {};
}

}  // namespace firn::access
