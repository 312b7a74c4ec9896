#include "access/grants.hpp"

#include <algorithm>

#include "access/grants_impl.hpp"
#include "access/rules.hpp"
#include "access/schema.hpp"
#include "base/names.hpp"

namespace firn::access {

std::vector<Privilege> Unpacked(PrivilegeSet set) {
  std::vector<Privilege> out;
  for (const auto privilege : Privileges()) {
    if ((set & Bit(privilege)) != 0) out.push_back(privilege);
  }
  return out;
}

Status GrantsImpl::MayGive(const Principal& principal, PrivilegeSet privileges,
                           const ObjectRef& object, std::optional<std::string> managed_by) const {
  const auto directory = directory_.Get();
  if (FindRule(*directory, book_, principal, Privilege::kManageGrants, kTheAccount) != nullptr) {
    return {};
  }
  const auto* active = directory->ActiveRoles(principal, false);
  if (active != nullptr) {
    const auto owner = managed_by ? std::string_view(*managed_by) : object.owner_role;
    if (!owner.empty() && directory->Holds(*active, owner)) return {};
    const auto options = book_.OptionsOf({object.kind, object.id}, *active);
    if (!managed_by && (privileges & ~options) == 0) return {};
  }
  return SqlError(Code::kDenied, 3001, "42501",
                  "SQL access control error:\nInsufficient privileges to operate on " +
                      LowerCase(ObjectKindName(object.kind)) + " '" + std::string(object.sql_name) +
                      "'. Grants on it are given by its owner, by who holds the privilege WITH "
                      "GRANT OPTION, or by a role with MANAGE GRANTS.");
}

Status GrantsImpl::Change(const std::vector<GrantBook::Key>& objects,
                          const std::function<Status(store::Executor&)>& change) {
  const std::lock_guard lock(changes_);
  {
    FIRN_TRY(auto transaction, database_.Begin());
    FIRN_CHECK(change(*transaction));
    FIRN_CHECK(transaction->Commit());
  }
  return book_.Load(database_, objects);
}

Status GrantsImpl::Reload(const std::vector<GrantBook::Key>& objects) {
  const bool with_roles = std::ranges::any_of(
      objects, [](const auto& object) { return object.first == ObjectKind::kDatabase; });
  if (with_roles) FIRN_CHECK(directory_.Load());
  const std::lock_guard lock(changes_);
  return book_.Load(database_, objects);
}

Status GrantsImpl::GiveAll(store::Executor& executor, const Giving& giving,
                           const std::vector<GrantBook::Key>& objects) {
  for (const auto& [kind, id] : objects) {
    for (const auto privilege : Unpacked(giving.privileges)) {
      FIRN_CHECK(executor.Execute(
          "INSERT INTO access_grant (role_id, privilege, kind, object_id, with_option,"
          " granted_by, created_on_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"
          " ON CONFLICT (role_id, kind, object_id, privilege) DO UPDATE"
          " SET with_option = CASE WHEN excluded.with_option > access_grant.with_option"
          " THEN excluded.with_option ELSE access_grant.with_option END",
          {giving.role, std::string(PrivilegeName(privilege)), std::string(ObjectKindName(kind)),
           id, std::int64_t{giving.with_option ? 1 : 0}, giving.granted_by, clock_.NowMs()}));
    }
  }
  return {};
}

Status GrantsImpl::Give(const Giving& giving, ObjectKind kind,
                        const std::vector<std::int64_t>& object_ids) {
  std::vector<GrantBook::Key> objects;
  for (const auto id : object_ids) objects.emplace_back(kind, id);
  return Change(objects,
                [&](store::Executor& executor) { return GiveAll(executor, giving, objects); });
}

Status GrantsImpl::GiveOnce(const std::string& mark, const Giving& giving, ObjectKind kind,
                            std::int64_t object_id) {
  const std::vector<GrantBook::Key> objects{{kind, object_id}};
  return Change(objects, [&](store::Executor& executor) -> Status {
    FIRN_TRY(const bool is_first, IsFirstTime(executor, mark));
    if (!is_first) return {};
    return GiveAll(executor, giving, objects);
  });
}

Status GrantsImpl::TakeOne(store::Executor& executor, const Giving& giving, Privilege privilege,
                           const GrantBook::Key& object, bool cascade) {
  const std::string name(PrivilegeName(privilege));
  const std::string kind(ObjectKindName(object.first));
  const auto directory = directory_.Get();
  const auto role = directory->roles.find(giving.role);
  FIRN_TRY(
      const auto handed_on,
      executor.Query("SELECT role_id FROM access_grant WHERE privilege = ? AND kind = ?"
                     " AND object_id = ? AND granted_by = ? AND role_id <> ?",
                     {name, kind, object.second,
                      role == directory->roles.end() ? "" : role->second.role.name, giving.role}));
  const std::string where = " WHERE role_id = ? AND privilege = ? AND kind = ? AND object_id = ?";
  FIRN_TRY(const auto changed,
           executor.Execute((giving.with_option ? "UPDATE access_grant SET with_option = 0"
                                                : "DELETE FROM access_grant") +
                                where,
                            {giving.role, name, kind, object.second}));
  if (changed == 0) return {};
  if (!handed_on.empty() && !cascade) {
    return SqlError(Code::kConflict, 3008, "42501",
                    "SQL execution error:\nThe role has granted " + name +
                        " on to others. Use CASCADE to take it from them, too.");
  }
  for (const auto& row : handed_on) {
    auto next = giving;
    next.role = store::AsInt(row.at(0));
    next.with_option = false;
    FIRN_CHECK(TakeOne(executor, next, privilege, object, cascade));
  }
  return {};
}

Status GrantsImpl::Take(const Giving& giving, ObjectKind kind,
                        const std::vector<std::int64_t>& object_ids, bool cascade) {
  std::vector<GrantBook::Key> objects;
  for (const auto id : object_ids) objects.emplace_back(kind, id);
  return Change(objects, [&](store::Executor& executor) -> Status {
    for (const auto& object : objects) {
      for (const auto privilege : Unpacked(giving.privileges)) {
        FIRN_CHECK(TakeOne(executor, giving, privilege, object, cascade));
      }
    }
    return {};
  });
}

Status GrantsImpl::TakeAll(ObjectKind kind, std::int64_t object_id) {
  return Change({{kind, object_id}},
                [&](store::Executor& executor) { return ObjectGone(executor, kind, object_id); });
}

Status GrantsImpl::ObjectGone(store::Executor& executor, ObjectKind kind, std::int64_t object_id) {
  const std::string name(ObjectKindName(kind));
  FIRN_CHECK(executor.Execute("DELETE FROM access_grant WHERE kind = ? AND object_id = ?",
                              {name, object_id}));
  FIRN_CHECK(executor.Execute(
      "DELETE FROM access_future_grant WHERE container_kind = ? AND container_id = ?",
      {name, object_id}));
  if (kind != ObjectKind::kDatabase) return {};
  const std::string roles = "(SELECT id FROM access_database_role WHERE database_id = ?)";
  for (const auto* rows : {"access_role_grant WHERE role_id IN ", "access_grant WHERE role_id IN ",
                           "access_future_grant WHERE role_id IN ",
                           "access_role_grant WHERE grantee_kind = 'ROLE' AND grantee_id IN "}) {
    FIRN_CHECK(executor.Execute("DELETE FROM " + std::string(rows) + roles, {object_id}));
  }
  FIRN_CHECK(
      executor.Execute("DELETE FROM access_database_role WHERE database_id = ?", {object_id}));
  return {};
}

}  // namespace firn::access
