#include <algorithm>

#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/governance/grant_target.hpp"
#include "statements/governance/user_lookup.hpp"

namespace firn::statements {
namespace {

using access::ObjectKind;
using access::Privilege;

std::string Word(ObjectKind kind) {
  std::string word(access::ObjectKindName(kind));
  std::ranges::replace(word, ' ', '_');
  return word;
}

/// created_on, privilege, granted_on, name, granted_to, grantee_name, grant_option, granted_by
struct Row {
  std::int64_t created_on_ms = 0;
  std::string privilege;
  std::string granted_on;
  std::string name;
  std::string granted_to;
  std::string grantee;
  bool with_option = false;
  std::string granted_by;
};

Outcome Table(const std::vector<Row>& rows, bool future) {
  Outcome out;
  out.columns = {TimeColumn("created_on"),
                 TextColumn("privilege"),
                 TextColumn(future ? "grant_on" : "granted_on"),
                 TextColumn("name"),
                 TextColumn(future ? "grant_to" : "granted_to"),
                 TextColumn("grantee_name"),
                 TextColumn("grant_option")};
  if (!future) out.columns.push_back(TextColumn("granted_by"));
  for (const auto& row : rows) {
    results::TextRow text{TimeText(row.created_on_ms),
                          row.privilege,
                          row.granted_on,
                          row.name,
                          row.granted_to,
                          row.grantee,
                          row.with_option ? "true" : "false"};
    if (!future) text.push_back(row.granted_by);
    out.rows.push_back(std::move(text));
  }
  return out;
}

/// The name of what was granted on; empty when it is gone.
Result<std::string> NameOf(Execution& execution, ObjectKind kind, std::int64_t id) {
  if (kind == ObjectKind::kAccount) return std::string("FIRN");
  if (kind == ObjectKind::kUser) {
    FIRN_TRY(const auto users, execution.services.access.ListUsers());
    const auto user = std::ranges::find(users, id, &access::User::id);
    return user == users.end() ? std::string() : NameToSql(user->name);
  }
  const auto object = execution.services.catalog.FindId(id);
  return object ? object->SqlName() : std::string();
}

Result<Row> FromGrant(Execution& execution, const access::Grant& grant) {
  FIRN_TRY(const auto role, execution.services.access.roles().FindId(grant.role));
  FIRN_TRY(auto name, NameOf(execution, grant.kind, grant.object_id));
  return Row{grant.created_on_ms,
             std::string(access::PrivilegeName(grant.privilege)),
             Word(grant.kind),
             std::move(name),
             role.database_id == 0 ? "ROLE" : "DATABASE_ROLE",
             RoleSqlName(execution, role),
             grant.with_option,
             grant.granted_by};
}

Row Ownership(ObjectKind kind, std::string name, const std::string& owner,
              std::int64_t created_on_ms) {
  return {created_on_ms, "OWNERSHIP", Word(kind), std::move(name), "ROLE", owner, true, owner};
}

/// SHOW GRANTS ON …
Result<Outcome> On(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto object, ParseGrantObject(execution, cursor));
  FIRN_CHECK(cursor.ExpectEnd());
  std::vector<Row> rows;
  if (!object.owner_role.empty() && object.kind != ObjectKind::kAccount) {
    const auto known = execution.services.catalog.FindId(object.id);
    rows.push_back(
        Ownership(object.kind, object.name, object.owner_role, known ? known->created_on_ms : 0));
  }
  FIRN_TRY(const auto grants, execution.services.access.grants().On(object.kind, object.id));
  for (const auto& grant : grants) {
    FIRN_TRY(auto row, FromGrant(execution, grant));
    rows.push_back(std::move(row));
  }
  return Table(rows, false);
}

/// Everything in the catalog that the role owns.
void AddOwned(Execution& execution, const std::string& role, std::vector<Row>& rows) {
  for (const auto& kind : access::Kinds()) {
    if (!kind.in_catalog) continue;
    for (const auto& object : execution.services.catalog.List(catalog::FirnsOwnScope(), kind.kind,
                                                              std::nullopt, std::nullopt)) {
      if (object->owner_role != role) continue;
      rows.push_back(Ownership(kind.kind, object->SqlName(), role, object->created_on_ms));
    }
  }
}

/// One's own roles, those one owns, and all of them with MANAGE GRANTS.
Status MaySeeGrantsOf(Execution& execution, const access::Role& role) {
  auto& access = execution.services.access;
  const auto& principal = execution.state.principal;
  FIRN_TRY(const auto own, access.RolesOf(principal.user));
  if (role.database_id == 0 && std::ranges::find(own, role.name) != own.end()) return {};
  if (access.Sees(principal, RoleRef(role))) return {};
  return SqlError(Code::kDenied, 3001, "42501",
                  "SQL access control error:\nInsufficient privileges to operate on role '" +
                      role.name + "'. Its owner, its holders and roles with MANAGE GRANTS see it.");
}

/// SHOW GRANTS TO ROLE r
Result<Outcome> ToRole(Execution& execution, const access::Role& role) {
  FIRN_CHECK(MaySeeGrantsOf(execution, role));
  auto& access = execution.services.access;
  std::vector<Row> rows;
  if (role.database_id == 0) AddOwned(execution, role.name, rows);
  FIRN_TRY(const auto grants, access.grants().To(role.id));
  for (const auto& grant : grants) {
    FIRN_TRY(auto row, FromGrant(execution, grant));
    rows.push_back(std::move(row));
  }
  FIRN_TRY(const auto held, access.roles().HeldBy({false, role.id}));
  for (const auto& grant : held) {
    rows.push_back(
        {grant.created_on_ms, "USAGE", grant.role.database_id == 0 ? "ROLE" : "DATABASE_ROLE",
         RoleSqlName(execution, grant.role), role.database_id == 0 ? "ROLE" : "DATABASE_ROLE",
         RoleSqlName(execution, role), false, grant.granted_by});
  }
  return Table(rows, false);
}

Outcome RoleTable(Execution& execution, const std::vector<access::RoleGrant>& grants) {
  Outcome out;
  out.columns = {TimeColumn("created_on"), TextColumn("role"), TextColumn("granted_to"),
                 TextColumn("grantee_name"), TextColumn("granted_by")};
  for (const auto& grant : grants) {
    const access::Role holder{
        grant.grantee_id, grant.grantee_name, grant.grantee_database_id, "", "", 0};
    out.rows.push_back(
        {TimeText(grant.created_on_ms), RoleSqlName(execution, grant.role),
         grant.to_user                    ? "USER"
         : grant.grantee_database_id == 0 ? "ROLE"
                                          : "DATABASE_ROLE",
         grant.to_user ? NameToSql(grant.grantee_name) : RoleSqlName(execution, holder),
         grant.granted_by});
  }
  return out;
}

/// SHOW GRANTS TO USER u
Result<Outcome> ToUser(Execution& execution, const std::string& name) {
  FIRN_TRY(const auto user, FindVisibleUser(execution, name));
  FIRN_TRY(const auto held, execution.services.access.roles().HeldBy({true, user.id}));
  return RoleTable(execution, held);
}

Result<Outcome> To(Execution& execution, sql::Cursor& cursor) {
  if (cursor.Accept("USER")) {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectEnd());
    return ToUser(execution, name);
  }
  FIRN_TRY(const auto role, ParseRole(execution, cursor));
  FIRN_CHECK(cursor.ExpectEnd());
  return ToRole(execution, role);
}

/// SHOW GRANTS OF ROLE r: who holds it
Result<Outcome> Of(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto role, ParseRole(execution, cursor));
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(MaySeeGrantsOf(execution, role));
  FIRN_TRY(const auto holders, execution.services.access.roles().HoldersOf(role.id));
  return RoleTable(execution, holders);
}

/// SHOW FUTURE GRANTS IN {DATABASE | SCHEMA} x, or TO ROLE r
Result<Outcome> Future(Execution& execution, sql::Cursor& cursor) {
  auto& access = execution.services.access;
  std::vector<access::FutureGrant> grants;
  if (cursor.Accept("IN")) {
    FIRN_TRY(const auto container, ParseGrantObject(execution, cursor));
    FIRN_CHECK(cursor.ExpectEnd());
    FIRN_TRY(grants, access.grants().FutureIn(container.kind, container.id));
  } else {
    FIRN_CHECK(cursor.Expect("TO"));
    FIRN_TRY(const auto role, ParseRole(execution, cursor));
    FIRN_CHECK(cursor.ExpectEnd());
    FIRN_CHECK(MaySeeGrantsOf(execution, role));
    FIRN_TRY(grants, access.grants().FutureTo(role.id));
  }
  std::vector<Row> rows;
  for (const auto& grant : grants) {
    FIRN_TRY(const auto role, access.roles().FindId(grant.role));
    FIRN_TRY(const auto container, NameOf(execution, grant.container_kind, grant.container_id));
    const auto kind = Word(grant.kind);
    rows.push_back({grant.created_on_ms, std::string(access::PrivilegeName(grant.privilege)), kind,
                    container + ".<" + kind + ">", role.database_id == 0 ? "ROLE" : "DATABASE_ROLE",
                    RoleSqlName(execution, role), grant.with_option, grant.granted_by});
  }
  return Table(rows, true);
}

}  // namespace

Result<Outcome> RunShowGrants(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW"));
  const bool future = cursor.Accept("FUTURE");
  FIRN_CHECK(cursor.Expect("GRANTS"));
  if (future) return Future(execution, cursor);
  if (cursor.Accept("ON")) return On(execution, cursor);
  if (cursor.Accept("OF")) return Of(execution, cursor);
  if (cursor.Accept("TO")) return To(execution, cursor);
  FIRN_CHECK(cursor.ExpectEnd());
  return ToUser(execution, execution.state.principal.user);
}

}  // namespace firn::statements
