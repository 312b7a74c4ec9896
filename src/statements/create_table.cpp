#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/coerce.hpp"
#include "statements/column_definitions.hpp"
#include "statements/connections.hpp"
#include "statements/create_head.hpp"
#include "statements/temporary.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

using catalog::ColumnInfo;
using catalog::Object;

struct Definition {
  CreateHead head;
  std::vector<ColumnInfo> columns;
  bool typed = false;  ///< the column list gives types (always, without AS)
  std::string query;   ///< AS …; empty when none
  std::string comment;
  bool copy_grants = false;
};

Status ParseOptions(sql::Cursor& cursor, Definition& definition) {
  while (!cursor.AtEnd()) {
    if (cursor.Accept("AS")) {
      definition.query = std::string(cursor.Rest());
      return {};
    }
    if (cursor.Accept("COMMENT")) {
      cursor.AcceptSymbol("=");
      FIRN_TRY(definition.comment, cursor.ExpectString());
    } else if (cursor.Accept("CLUSTER BY")) {
      FIRN_CHECK(cursor.ExpectParenthesised());
    } else if (cursor.Accept("COPY GRANTS")) {
      definition.copy_grants = true;
    } else if (cursor.Accept("DATA_RETENTION_TIME_IN_DAYS") ||
               cursor.Accept("MAX_DATA_EXTENSION_TIME_IN_DAYS")) {
      cursor.AcceptSymbol("=");
      FIRN_CHECK(cursor.ExpectInteger());
    } else if (cursor.Accept("CHANGE_TRACKING") || cursor.Accept("ENABLE_SCHEMA_EVOLUTION")) {
      cursor.AcceptSymbol("=");
      FIRN_CHECK(cursor.ExpectBool());
    } else {
      return cursor.ExpectEnd();
    }
  }
  return {};
}

Result<Definition> Parse(Execution& execution) {
  auto cursor = execution.cursor();
  Definition definition;
  FIRN_TRY(definition.head, ParseCreateHead(cursor, "TABLE"));
  if (cursor.Peek() != nullptr && cursor.Peek()->text == "(") {
    FIRN_TRY(definition.columns, ParseColumnDefinitions(cursor, definition.typed));
  }
  FIRN_CHECK(ParseOptions(cursor, definition));
  if (definition.query.empty() && (definition.columns.empty() || !definition.typed)) {
    return cursor.Unexpected();
  }
  return definition;
}

Status CheckDefaults(Execution& execution, const std::vector<ColumnInfo>& columns) {
  for (const auto& column : columns) {
    if (column.default_sql.empty()) continue;
    FIRN_CHECK(BindDefault(execution, column.default_sql));
  }
  return {};
}

/// Columns of CREATE TABLE … AS: the query's, under the names and types of the list if there is
/// one.
Result<std::vector<ColumnInfo>> ColumnsOfQuery(const Definition& definition,
                                               const std::vector<results::ResultColumn>& made) {
  if (!definition.columns.empty() && definition.columns.size() != made.size()) {
    return SqlError(Code::kInvalid, 2026, "42601",
                    "SQL compilation error:\nInvalid column definition list: it has " +
                        std::to_string(definition.columns.size()) + " columns, the query " +
                        std::to_string(made.size()) + ".");
  }
  std::vector<ColumnInfo> out;
  for (std::size_t i = 0; i < made.size(); ++i) {
    ColumnInfo column;
    column.name = made[i].name;
    column.type = made[i].type;
    // A column that is NOT NULL stays so; a constant may become anything later.
    column.nullable = made[i].nullable || made[i].table.empty();
    if (!definition.columns.empty()) {
      const auto type = column.type;
      column = definition.columns[i];
      if (!definition.typed) column.type = type;
    }
    out.push_back(std::move(column));
  }
  return out;
}

tables::Source SourceOf(const Object& table, const std::string& query) {
  std::string values;
  std::string aliases;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto alias = "\"c" + std::to_string(i) + "\"";
    aliases += (i == 0 ? "" : ", ") + alias;
    values += (i == 0 ? "" : ", ") + Coerce(table.columns[i].type, alias);
  }
  return {"SELECT " + values + " FROM (" + query + ") AS \"firn:s\"(" + aliases + ")"};
}

Result<bool> CreateTemporary(Execution& execution, Object table, const CreateHead& head,
                             const std::optional<tables::Source>& source,
                             engine::Connection& connection) {
  const auto temporary = TemporaryOf(execution.session);
  const auto existing = temporary->Find(table.kind, table.name);
  if (existing && head.if_not_exists) return false;
  if (existing && !head.or_replace) {
    return SqlError(Code::kExists, 2002, "42710",
                    "SQL compilation error:\nObject '" + table.SqlName() + "' already exists.");
  }
  table.id = NextTemporaryId();
  table.physical_schema = TemporarySchema(execution.state.id);
  FIRN_CHECK(MarkVolatile(execution.session, "temporary tables", true));
  FIRN_CHECK(tables::TableService::CreateInLake(table, existing != nullptr, source, connection));
  temporary->PutAs(catalog::ObjectKind::kTable, std::move(table));
  return true;
}

}  // namespace

Result<Outcome> RunCreateTable(Execution& execution) {
  FIRN_TRY(const auto definition, Parse(execution));
  Object table;
  table.kind = catalog::ObjectKind::kTable;
  FIRN_TRY(table.name, execution.services.catalog.Complete(execution.scope(), table.kind,
                                                           definition.head.name));
  table.owner_role = execution.state.principal.role;
  table.comment = definition.comment;
  table.created_on_ms = execution.services.clock.NowMs();
  FIRN_CHECK(CheckDefaults(execution, definition.columns));
  table.columns = definition.columns;
  table.transient = definition.head.transient;

  FIRN_TRY(auto lease, Lease::Borrow(execution));
  BoundStatement bound;
  std::optional<tables::Source> source;
  if (!definition.query.empty()) {
    FIRN_TRY(bound, Bind(execution, definition.query, true));
    FIRN_CHECK(CheckTouched(*lease, bound));
    FIRN_TRY(const auto made, lease->Describe(bound.sql));
    FIRN_TRY(table.columns, ColumnsOfQuery(definition, WithDeclaredTypes(made, bound.outputs)));
    source = SourceOf(table, bound.sql);
  }
  FIRN_CHECK(CheckColumnNames(table.columns));

  const auto name = table.name.name;
  bool made = false;
  if (definition.head.temporary) {
    FIRN_TRY(made, CreateTemporary(execution, std::move(table), definition.head, source, *lease));
  } else {
    FIRN_TRY(made, execution.services.tables.CreateTable(
                       execution.scope(), std::move(table),
                       {definition.head.or_replace, definition.head.if_not_exists,
                        definition.copy_grants},
                       source, *lease));
  }
  if (!made) return StatusOutcome(name + " already exists, statement succeeded.");
  return StatusOutcome("Table " + NameToSql(name) + " successfully created.");
}

}  // namespace firn::statements
