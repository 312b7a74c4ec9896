#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/governance/grant_target.hpp"
#include "statements/governance/ownership.hpp"

namespace firn::statements {
namespace {

using access::Privilege;

/// A role as written, which needs not exist: its name, and the database of a database role.
struct NewRole {
  std::string name;
  std::shared_ptr<const catalog::Object> database;  ///< null for a role of the account
};

Result<NewRole> ParseNewRole(Execution& execution, sql::Cursor& cursor, bool of_database) {
  NewRole role;
  if (!of_database) {
    FIRN_TRY(role.name, cursor.ExpectName());
    return role;
  }
  FIRN_TRY(auto parts, cursor.ExpectNameParts());
  if (parts.size() == 1) parts.insert(parts.begin(), execution.state.database);
  if (parts.size() != 2) return cursor.Unexpected();
  FIRN_TRY(role.database, execution.services.catalog.Find(
                              execution.scope(), access::ObjectKind::kDatabase, {parts[0]}));
  role.name = parts[1];
  return role;
}

/// DROP or ALTER [DATABASE] ROLE [IF EXISTS] r
struct Wanted {
  NewRole role;
  bool if_exists = false;
};

Result<Wanted> ParseWanted(Execution& execution, sql::Cursor& cursor, std::string_view verb) {
  FIRN_CHECK(cursor.Expect(verb));
  const bool of_database = cursor.Accept("DATABASE");
  FIRN_CHECK(cursor.Expect("ROLE"));
  Wanted wanted;
  wanted.if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(wanted.role, ParseNewRole(execution, cursor, of_database));
  return wanted;
}

Status CheckOwns(Execution& execution, const access::Role& role) {
  return execution.services.access.Check(execution.state.principal, Privilege::kOwnership,
                                         RoleRef(role));
}

Result<access::Role> FindRole(Execution& execution, const NewRole& wanted) {
  const auto database_id = wanted.database ? wanted.database->id : 0;
  return execution.services.access.roles().Find(wanted.name, database_id);
}

}  // namespace

Result<Outcome> RunCreateRole(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("CREATE"));
  const bool of_database = cursor.Accept("DATABASE");
  FIRN_CHECK(cursor.Expect("ROLE"));
  const bool if_not_exists = cursor.Accept("IF NOT EXISTS");
  FIRN_TRY(const auto role, ParseNewRole(execution, cursor, of_database));
  std::string comment;
  if (cursor.Accept("COMMENT")) {
    FIRN_CHECK(cursor.ExpectSymbol("="));
    FIRN_TRY(comment, cursor.ExpectString());
  }
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(execution.services.access.Check(
      execution.state.principal,
      of_database ? Privilege::kCreateDatabaseRole : Privilege::kCreateRole,
      of_database ? role.database->ref() : access::kTheAccount));
  const auto made = execution.services.access.roles().Create(
      role.name, of_database ? role.database->id : 0, execution.state.principal.role, comment);
  if (!made && (!if_not_exists || made.error().code != Code::kExists)) return made.error();
  if (!made) return StatusOutcome(role.name + " already exists, statement succeeded.");
  return StatusOutcome((of_database ? "Database role " : "Role ") + NameToSql(role.name) +
                       " successfully created.");
}

Result<Outcome> RunDropRole(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto wanted, ParseWanted(execution, cursor, "DROP"));
  FIRN_CHECK(cursor.ExpectEnd());
  const auto role = FindRole(execution, wanted.role);
  if (!role) {
    if (!wanted.if_exists) return role.error();
    return StatusOutcome("Drop statement executed successfully (" + wanted.role.name +
                         " already dropped).");
  }
  FIRN_CHECK(CheckOwns(execution, *role));
  // First what it owns, so that a crash in between leaves the role and nothing without an owner.
  const auto& heir = execution.state.principal.role;
  if (role->database_id == 0) FIRN_CHECK(HandOver(execution, role->name, heir));
  FIRN_CHECK(execution.services.access.roles().Drop(role->id, heir));
  return StatusOutcome(wanted.role.name + " successfully dropped.");
}

Result<Outcome> RunAlterRole(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto wanted, ParseWanted(execution, cursor, "ALTER"));
  std::string comment;
  if (cursor.Accept("SET COMMENT")) {
    FIRN_CHECK(cursor.ExpectSymbol("="));
    FIRN_TRY(comment, cursor.ExpectString());
  } else if (!cursor.Accept("UNSET COMMENT")) {
    return cursor.Unexpected();
  }
  FIRN_CHECK(cursor.ExpectEnd());
  const auto role = FindRole(execution, wanted.role);
  if (!role) {
    if (!wanted.if_exists) return role.error();
    return StatusOutcome("Statement executed successfully.");
  }
  FIRN_CHECK(CheckOwns(execution, *role));
  FIRN_CHECK(execution.services.access.roles().SetComment(role->id, comment));
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
