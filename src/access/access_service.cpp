#include "access/access_service.hpp"

#include "access/directory.hpp"
#include "access/schema.hpp"
#include "access/service_impl.hpp"
#include "base/names.hpp"

namespace firn::access {

Result<std::unique_ptr<AccessService>> AccessService::Open(store::Database& database,
                                                           const Clock& clock) {
  auto service = std::make_unique<AccessServiceImpl>(database, clock);
  FIRN_CHECK(service->Start());
  return std::unique_ptr<AccessService>(std::move(service));
}

Status AccessServiceImpl::Start() {
  FIRN_CHECK(PrepareSchema(database_, clock_.NowMs()));
  for (const auto algorithm :
       {SignatureAlgorithm::kRs256, SignatureAlgorithm::kRs384, SignatureAlgorithm::kRs512,
        SignatureAlgorithm::kEs256, SignatureAlgorithm::kEs384}) {
    FIRN_TRY(auto key, PublicKey::Nobodys(algorithm));
    nobodys_keys_.push_back(std::move(key));
  }
  const std::lock_guard lock(changes_);
  return ReloadDirectory();
}

Status AccessServiceImpl::ReloadDirectory() {
  FIRN_TRY(auto loaded, LoadDirectory(database_));
  auto fresh = std::make_shared<const Directory>(std::move(loaded));
  const std::unique_lock lock(directory_mutex_);
  directory_.swap(fresh);
  return {};
}

std::shared_ptr<const Directory> AccessServiceImpl::directory() const {
  const std::shared_lock lock(directory_mutex_);
  return directory_;
}

Status AccessServiceImpl::Check(const Principal& principal, Privilege privilege,
                                const ObjectRef& object) const {
  if (FindRule(*directory(), principal, privilege, object) != nullptr) return {};
  return Denied(principal, privilege, object);
}

Result<std::vector<Role>> AccessServiceImpl::ListRoles() const {
  FIRN_TRY(const auto rows,
           database_.Query("SELECT id, name, comment, created_on_ms FROM access_role"
                           " ORDER BY name"));
  std::vector<Role> roles;
  for (const auto& row : rows) {
    roles.push_back({store::AsInt(row.at(0)), store::AsText(row.at(1)), store::AsText(row.at(2)),
                     store::AsInt(row.at(3))});
  }
  return roles;
}

Result<std::vector<std::string>> AccessServiceImpl::RolesOf(const std::string& user) const {
  FIRN_TRY(const User found, FindUser(user));
  const auto known = directory();
  const auto held = known->roles_of_user.find(found.id);
  if (held == known->roles_of_user.end()) return std::vector<std::string>{};
  return std::vector<std::string>(held->second.begin(), held->second.end());
}

Status AccessServiceImpl::MayUseRole(const Principal& principal, const std::string& role) const {
  const auto known = directory();
  const auto held = known->roles_of_user.find(principal.user_id);
  const bool granted = held != known->roles_of_user.end() && held->second.contains(role);
  if (granted && (principal.only_role.empty() || principal.only_role == role)) return {};
  return SqlError(Code::kDenied, 3013, "42501",
                  "SQL access control error:\nRequested role " + NameToSql(role) +
                      " is not assigned to the executing user. Specify another role to activate.");
}

Error NoSuchObject(std::string_view kind, const std::string& name) {
  return SqlError(Code::kNotFound, 2003, "02000",
                  std::string(kind) + " '" + name + "' does not exist or not authorized.");
}

}  // namespace firn::access
