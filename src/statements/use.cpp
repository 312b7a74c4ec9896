#include "access/access_service.hpp"
#include "statements/all_forms.hpp"

namespace firn::statements {
namespace {

Result<Outcome> Apply(Execution& execution,
                      const std::function<void(sessions::SessionState&)>& change) {
  FIRN_CHECK(execution.session.Update(change));
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> UseRole(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto role, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(execution.services.access.MayUseRole(execution.state.principal, role));
  return Apply(execution, [&](auto& state) { state.principal.role = role; });
}

/// What USE says of whatever it cannot find.
Error NotThere(Error error) {
  if (error.code != Code::kNotFound) return error;
  return SqlError(Code::kNotFound, 2043, "02000",
                  "SQL compilation error:\nObject does not exist, or operation cannot be "
                  "performed.");
}

Result<Outcome> UseWarehouse(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto warehouse, execution.services.catalog.Find(
                                     execution.scope(), catalog::ObjectKind::kWarehouse, parts));
  return Apply(execution, [&](auto& state) { state.warehouse = warehouse->name.name; });
}

Result<Outcome> UseSchema(Execution& execution, const sql::NameParts& parts) {
  const auto found =
      execution.services.catalog.Find(execution.scope(), catalog::ObjectKind::kSchema, parts);
  if (!found) return NotThere(found.error());
  const auto& schema = *found;
  return Apply(execution, [&](auto& state) {
    state.database = schema->name.database;
    state.schema = schema->name.schema;
  });
}

Result<Outcome> UseDatabase(Execution& execution, const sql::NameParts& parts) {
  FIRN_TRY(const auto database, execution.services.catalog.Find(
                                    execution.scope(), catalog::ObjectKind::kDatabase, parts));
  const bool has_public =
      execution.services.catalog
          .Find(execution.scope(), catalog::ObjectKind::kSchema, {parts.front(), "PUBLIC"})
          .has_value();
  return Apply(execution, [&](auto& state) {
    state.database = database->name.database;
    state.schema = has_public ? "PUBLIC" : "";
  });
}

}  // namespace

/// USE [ROLE | WAREHOUSE | DATABASE | SCHEMA | SECONDARY ROLES] name; USE a is a database, USE a.b
/// a schema.
Result<Outcome> RunUse(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("USE"));
  if (cursor.Accept("ROLE")) return UseRole(execution, cursor);
  if (cursor.Accept("WAREHOUSE")) return UseWarehouse(execution, cursor);
  if (cursor.Accept("SECONDARY ROLES")) {
    const bool all = cursor.Accept("ALL");
    if (!all && !cursor.Accept("NONE")) return cursor.Unexpected();
    FIRN_CHECK(cursor.ExpectEnd());
    return Apply(execution, [&](auto& state) { state.principal.all_roles = all; });
  }
  const bool schema = cursor.Accept("SCHEMA");
  const bool database = !schema && cursor.Accept("DATABASE");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  if (schema || (!database && parts.size() == 2)) return UseSchema(execution, parts);
  return UseDatabase(execution, parts);
}

}  // namespace firn::statements
