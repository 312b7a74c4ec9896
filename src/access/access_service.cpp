#include "access/access_service.hpp"

#include "access/rules.hpp"
#include "access/schema.hpp"
#include "access/service_impl.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

/// Sorted.
std::vector<std::string> AccountRoleNames(const Directory& directory,
                                          const std::set<RoleId>& roles) {
  std::vector<std::string> names;
  for (const auto& [name, id] : directory.account_roles) {
    if (roles.contains(id)) names.push_back(name);
  }
  return names;
}

}  // namespace

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
  FIRN_CHECK(directory_.Load());
  return grants_.Load();
}

Status AccessServiceImpl::Check(const Principal& principal, Privilege privilege,
                                const ObjectRef& object) const {
  const auto known = directory_.Get();
  if (FindRule(*known, grants_.book(), principal, privilege, object) != nullptr) return {};
  return Denied(principal, privilege, object);
}

bool AccessServiceImpl::Sees(const Principal& principal, const ObjectRef& object) const {
  return SeesObject(*directory_.Get(), grants_.book(), principal, object);
}

Result<std::vector<std::string>> AccessServiceImpl::RolesOf(const std::string& user) const {
  FIRN_TRY(const User found, FindUser(user));
  const auto known = directory_.Get();
  const auto held = known->roles_of_user.find(found.id);
  if (held == known->roles_of_user.end()) return std::vector<std::string>{};
  return AccountRoleNames(*known, held->second);
}

std::vector<std::string> AccessServiceImpl::ActiveRoles(const Principal& principal) const {
  const auto known = directory_.Get();
  const auto* active = known->ActiveRoles(principal, false);
  return active == nullptr ? std::vector<std::string>() : AccountRoleNames(*known, *active);
}

Status AccessServiceImpl::MayUseRole(const Principal& principal, const std::string& role) const {
  const auto known = directory_.Get();
  const auto held = known->roles_of_user.find(principal.user_id);
  const bool granted = held != known->roles_of_user.end() && known->Holds(held->second, role);
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
