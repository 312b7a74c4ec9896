#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/connections.hpp"
#include "statements/create_head.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

struct Container {
  CreateHead head;
  catalog::Object object;
};

Result<Container> Parse(Execution& execution, catalog::ObjectKind kind, std::string_view word) {
  auto cursor = execution.cursor();
  Container out;
  FIRN_TRY(out.head, ParseCreateHead(cursor, word));
  out.object.kind = kind;
  FIRN_TRY(out.object.name,
           execution.services.catalog.Complete(execution.scope(), kind, out.head.name));
  out.object.owner_role = execution.state.principal.role;
  out.object.created_on_ms = execution.services.clock.NowMs();
  while (!cursor.AtEnd()) {
    if (cursor.Accept("COMMENT")) {
      cursor.AcceptSymbol("=");
      FIRN_TRY(out.object.comment, cursor.ExpectString());
    } else if (cursor.Accept("DATA_RETENTION_TIME_IN_DAYS") ||
               cursor.Accept("MAX_DATA_EXTENSION_TIME_IN_DAYS")) {
      cursor.AcceptSymbol("=");
      FIRN_CHECK(cursor.ExpectInteger());
    } else {
      FIRN_CHECK(cursor.ExpectEnd());
      break;
    }
  }
  return out;
}

/// A new database or schema becomes the session's current one.
Outcome Done(Execution& execution, const Container& made, bool is_new, const std::string& name,
             std::string_view word) {
  if (!is_new) return StatusOutcome(name + " already exists, statement succeeded.");
  execution.state.database = made.object.name.database;
  execution.state.schema = made.object.name.schema.empty() ? "PUBLIC" : made.object.name.schema;
  return StatusOutcome(std::string(word) + " " + NameToSql(name) + " successfully created.");
}

Status Enter(Execution& execution) {
  return execution.session.Update([&](sessions::SessionState& state) {
    state.database = execution.state.database;
    state.schema = execution.state.schema;
  });
}

}  // namespace

Result<Outcome> RunCreateDatabase(Execution& execution) {
  FIRN_TRY(const auto made, Parse(execution, catalog::ObjectKind::kDatabase, "DATABASE"));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_TRY(const bool is_new, execution.services.tables.CreateDatabase(
                                  execution.scope(), made.object,
                                  {made.head.or_replace, made.head.if_not_exists}, *lease));
  auto out = Done(execution, made, is_new, made.object.name.database, "Database");
  FIRN_CHECK(Enter(execution));
  return out;
}

Result<Outcome> RunCreateSchema(Execution& execution) {
  FIRN_TRY(const auto made, Parse(execution, catalog::ObjectKind::kSchema, "SCHEMA"));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_TRY(const bool is_new, execution.services.tables.CreateSchema(
                                  execution.scope(), made.object,
                                  {made.head.or_replace, made.head.if_not_exists}, *lease));
  auto out = Done(execution, made, is_new, made.object.name.schema, "Schema");
  FIRN_CHECK(Enter(execution));
  return out;
}

}  // namespace firn::statements
