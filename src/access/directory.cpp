#include "access/directory.hpp"

#include <vector>

namespace firn::access {
namespace {

struct Grants {
  std::map<std::int64_t, std::string> role_names;
  std::map<std::int64_t, std::vector<std::int64_t>> of_role;  ///< grantee role → roles
  std::map<std::int64_t, std::vector<std::int64_t>> of_user;
};

Result<Grants> LoadGrants(store::Executor& executor) {
  Grants grants;
  FIRN_TRY(const auto roles, executor.Query("SELECT id, name FROM access_role"));
  for (const auto& row : roles) {
    grants.role_names[store::AsInt(row.at(0))] = store::AsText(row.at(1));
  }
  FIRN_TRY(const auto rows,
           executor.Query("SELECT role_id, grantee_kind, grantee_id FROM access_role_grant"));
  for (const auto& row : rows) {
    auto& target = store::AsText(row.at(1)) == "ROLE" ? grants.of_role : grants.of_user;
    target[store::AsInt(row.at(2))].push_back(store::AsInt(row.at(0)));
  }
  return grants;
}

/// The role and everything that it inherits; a circle of grants does no harm.
std::set<std::string> Closure(const Grants& grants, std::int64_t role) {
  std::set<std::int64_t> seen;
  std::vector<std::int64_t> open{role};
  std::set<std::string> names{std::string(kPublic)};
  while (!open.empty()) {
    const std::int64_t next = open.back();
    open.pop_back();
    const auto name = grants.role_names.find(next);
    if (name == grants.role_names.end() || !seen.insert(next).second) continue;
    names.insert(name->second);
    if (const auto more = grants.of_role.find(next); more != grants.of_role.end()) {
      open.insert(open.end(), more->second.begin(), more->second.end());
    }
  }
  return names;
}

}  // namespace

Result<Directory> LoadDirectory(store::Executor& executor) {
  FIRN_TRY(const Grants grants, LoadGrants(executor));
  Directory directory;
  for (const auto& [id, name] : grants.role_names) directory.inherited[name] = Closure(grants, id);
  FIRN_TRY(const auto users, executor.Query("SELECT id FROM access_user WHERE disabled = 0"));
  for (const auto& row : users) {
    const std::int64_t user = store::AsInt(row.at(0));
    auto& held = directory.roles_of_user[user];
    held.insert(std::string(kPublic));
    const auto granted = grants.of_user.find(user);
    if (granted == grants.of_user.end()) continue;
    for (const std::int64_t role : granted->second) held.merge(Closure(grants, role));
  }
  return directory;
}

}  // namespace firn::access
