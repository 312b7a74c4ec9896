#include "access/grants_impl.hpp"

namespace firn::access {
namespace {

std::string Text(std::string_view text) { return std::string(text); }

/// The future grants for a new object: the schema's where there are some of that kind, else the
/// database's, as Snowflake has it.
Result<std::vector<store::Row>> Applicable(store::Executor& executor, ObjectKind kind,
                                           const Containers& containers) {
  for (const auto& [container, id] : {std::pair{ObjectKind::kSchema, containers.schema_id},
                                      std::pair{ObjectKind::kDatabase, containers.database_id}}) {
    if (id == 0) continue;
    FIRN_TRY(auto rows,
             executor.Query("SELECT role_id, privilege, with_option, granted_by"
                            " FROM access_future_grant WHERE kind = ? AND container_kind = ?"
                            " AND container_id = ?",
                            {Text(ObjectKindName(kind)), Text(ObjectKindName(container)), id}));
    if (!rows.empty()) return rows;
  }
  return std::vector<store::Row>();
}

constexpr std::string_view kOwnership = "OWNERSHIP";

}  // namespace

Status GrantsImpl::GiveFuture(const Giving& giving, ObjectKind kind, ObjectKind container_kind,
                              std::int64_t container_id) {
  return Change({}, [&](store::Executor& executor) -> Status {
    for (const auto privilege : Unpacked(giving.privileges)) {
      if (privilege == Privilege::kOwnership) {
        // There is one owner.
        FIRN_CHECK(
            executor.Execute("DELETE FROM access_future_grant WHERE privilege = ? AND kind = ?"
                             " AND container_kind = ? AND container_id = ?",
                             {Text(kOwnership), Text(ObjectKindName(kind)),
                              Text(ObjectKindName(container_kind)), container_id}));
      }
      FIRN_CHECK(executor.Execute(
          "INSERT INTO access_future_grant (role_id, privilege, kind, container_kind,"
          " container_id, with_option, granted_by, created_on_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (role_id, kind, container_kind, container_id, privilege) DO UPDATE"
          " SET with_option = excluded.with_option",
          {giving.role, Text(PrivilegeName(privilege)), Text(ObjectKindName(kind)),
           Text(ObjectKindName(container_kind)), container_id,
           std::int64_t{giving.with_option ? 1 : 0}, giving.granted_by, clock_.NowMs()}));
    }
    return {};
  });
}

Status GrantsImpl::TakeFuture(const Giving& giving, ObjectKind kind, ObjectKind container_kind,
                              std::int64_t container_id) {
  return Change({}, [&](store::Executor& executor) -> Status {
    for (const auto privilege : Unpacked(giving.privileges)) {
      FIRN_CHECK(executor.Execute(
          "DELETE FROM access_future_grant WHERE role_id = ? AND privilege = ? AND kind = ?"
          " AND container_kind = ? AND container_id = ?",
          {giving.role, Text(PrivilegeName(privilege)), Text(ObjectKindName(kind)),
           Text(ObjectKindName(container_kind)), container_id}));
    }
    return {};
  });
}

Result<std::optional<std::string>> GrantsImpl::FutureOwner(ObjectKind kind,
                                                           const Containers& containers) const {
  FIRN_TRY(const auto rows, Applicable(database_, kind, containers));
  const auto directory = directory_.Get();
  for (const auto& row : rows) {
    if (store::AsText(row.at(1)) != kOwnership) continue;
    const auto role = directory->roles.find(store::AsInt(row.at(0)));
    if (role != directory->roles.end()) return std::optional(role->second.role.name);
  }
  return std::optional<std::string>();
}

Status GrantsImpl::ObjectMade(store::Executor& executor, ObjectKind kind, std::int64_t object_id,
                              const Containers& containers, std::optional<std::int64_t> copy_from) {
  FIRN_TRY(const auto rows, Applicable(executor, kind, containers));
  for (const auto& row : rows) {
    if (store::AsText(row.at(1)) == kOwnership) continue;
    FIRN_CHECK(executor.Execute(
        "INSERT INTO access_grant (role_id, privilege, kind, object_id, with_option, granted_by,"
        " created_on_ms) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        {row.at(0), row.at(1), Text(ObjectKindName(kind)), object_id, row.at(2), row.at(3),
         clock_.NowMs()}));
  }
  if (!copy_from) return {};
  FIRN_CHECK(executor.Execute(
      "INSERT INTO access_grant (role_id, privilege, kind, object_id, with_option, granted_by,"
      " created_on_ms) SELECT role_id, privilege, kind, ?, with_option, granted_by, created_on_ms"
      " FROM access_grant WHERE kind = ? AND object_id = ? ON CONFLICT DO NOTHING",
      {object_id, Text(ObjectKindName(kind)), *copy_from}));
  return {};
}

}  // namespace firn::access
