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
    } else if (kind == catalog::ObjectKind::kSchema && cursor.Accept("WITH MANAGED ACCESS")) {
      out.object.managed_access = true;
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

/// TableService::CreateDatabase or CreateSchema.
using Maker = Result<bool> (tables::TableService::*)(const catalog::Scope&, catalog::Object,
                                                     tables::CreateMode, engine::Connection&);

/// A new database or schema becomes the session's current one.
Result<Outcome> Create(Execution& execution, catalog::ObjectKind kind, std::string_view word,
                       Maker maker) {
  FIRN_TRY(const auto made, Parse(execution, kind, UpperCase(word)));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_TRY(const bool is_new, (execution.services.tables.*maker)(
                                  execution.scope(), made.object,
                                  {made.head.or_replace, made.head.if_not_exists}, *lease));
  const auto& database = made.object.name.database;
  const auto& schema = made.object.name.schema;
  const auto& own_name = schema.empty() ? database : schema;
  if (!is_new) return StatusOutcome(own_name + " already exists, statement succeeded.");
  FIRN_CHECK(execution.session.Update([&](sessions::SessionState& state) {
    state.database = database;
    state.schema = schema.empty() ? "PUBLIC" : schema;
  }));
  return StatusOutcome(std::string(word) + " " + NameToSql(own_name) + " successfully created.");
}

}  // namespace

Result<Outcome> RunCreateDatabase(Execution& execution) {
  return Create(execution, catalog::ObjectKind::kDatabase, "Database",
                &tables::TableService::CreateDatabase);
}

Result<Outcome> RunCreateSchema(Execution& execution) {
  return Create(execution, catalog::ObjectKind::kSchema, "Schema",
                &tables::TableService::CreateSchema);
}

}  // namespace firn::statements
