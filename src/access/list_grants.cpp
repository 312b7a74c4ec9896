#include "access/grants_impl.hpp"

namespace firn::access {
namespace {

constexpr std::string_view kGrants =
    "SELECT role_id, privilege, kind, object_id, with_option, granted_by, created_on_ms"
    " FROM access_grant WHERE ";
constexpr std::string_view kFutureGrants =
    "SELECT role_id, privilege, kind, container_kind, container_id, with_option, granted_by,"
    " created_on_ms FROM access_future_grant WHERE ";

Result<std::vector<Grant>> Read(store::Executor& executor, std::string_view where,
                                const std::vector<store::Value>& parameters) {
  FIRN_TRY(const auto rows, executor.Query(std::string(kGrants) + std::string(where) +
                                               " ORDER BY kind, object_id, role_id, privilege",
                                           parameters));
  std::vector<Grant> grants;
  for (const auto& row : rows) {
    const auto privilege = FindPrivilege(store::AsText(row.at(1)));
    const auto* kind = FindKind(store::AsText(row.at(2)));
    if (!privilege || kind == nullptr) continue;  // of a newer Firn
    grants.push_back({store::AsInt(row.at(0)), *privilege, kind->kind, store::AsInt(row.at(3)),
                      store::AsInt(row.at(4)) != 0, store::AsText(row.at(5)),
                      store::AsInt(row.at(6))});
  }
  return grants;
}

Result<std::vector<FutureGrant>> ReadFuture(store::Executor& executor, std::string_view where,
                                            const std::vector<store::Value>& parameters) {
  FIRN_TRY(const auto rows, executor.Query(std::string(kFutureGrants) + std::string(where) +
                                               " ORDER BY kind, role_id, privilege",
                                           parameters));
  std::vector<FutureGrant> grants;
  for (const auto& row : rows) {
    const auto privilege = FindPrivilege(store::AsText(row.at(1)));
    const auto* kind = FindKind(store::AsText(row.at(2)));
    const auto* container = FindKind(store::AsText(row.at(3)));
    if (!privilege || kind == nullptr || container == nullptr) continue;
    grants.push_back({store::AsInt(row.at(0)), *privilege, kind->kind, container->kind,
                      store::AsInt(row.at(4)), store::AsInt(row.at(5)) != 0,
                      store::AsText(row.at(6)), store::AsInt(row.at(7))});
  }
  return grants;
}

}  // namespace

Result<std::vector<Grant>> GrantsImpl::On(ObjectKind kind, std::int64_t object_id) const {
  return Read(database_, "kind = ? AND object_id = ?",
              {std::string(ObjectKindName(kind)), object_id});
}

Result<std::vector<Grant>> GrantsImpl::To(RoleId role) const {
  return Read(database_, "role_id = ?", {role});
}

Result<std::vector<FutureGrant>> GrantsImpl::FutureIn(ObjectKind container_kind,
                                                      std::int64_t container_id) const {
  return ReadFuture(database_, "container_kind = ? AND container_id = ?",
                    {std::string(ObjectKindName(container_kind)), container_id});
}

Result<std::vector<FutureGrant>> GrantsImpl::FutureTo(RoleId role) const {
  return ReadFuture(database_, "role_id = ?", {role});
}

}  // namespace firn::access
