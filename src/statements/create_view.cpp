#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/column_definitions.hpp"
#include "statements/connections.hpp"
#include "statements/create_head.hpp"
#include "statements/temporary.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

/// The names of (a COMMENT 'x', b), when there is such a list.
Result<std::vector<catalog::ColumnInfo>> ParseNames(sql::Cursor& cursor) {
  std::vector<catalog::ColumnInfo> columns;
  if (!cursor.AcceptSymbol("(")) return columns;
  do {
    auto& column = columns.emplace_back();
    FIRN_TRY(column.name, cursor.ExpectName());
    if (cursor.Accept("COMMENT")) {
      FIRN_TRY(column.comment, cursor.ExpectString());
    }
  } while (cursor.AcceptSymbol(","));
  FIRN_CHECK(cursor.ExpectSymbol(")"));
  return columns;
}

Status FillColumns(std::vector<catalog::ColumnInfo>& columns,
                   const std::vector<results::ResultColumn>& made) {
  if (!columns.empty() && columns.size() != made.size()) {
    return SqlError(Code::kInvalid, 2026, "42601",
                    "SQL compilation error:\nInvalid column definition list: it has " +
                        std::to_string(columns.size()) + " columns, the query " +
                        std::to_string(made.size()) + ".");
  }
  const bool named = !columns.empty();
  columns.resize(made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (!named) columns[i].name = made[i].name;
    columns[i].type = made[i].type;
    columns[i].nullable = made[i].nullable || made[i].table.empty();
  }
  return CheckColumnNames(columns);
}

}  // namespace

Result<Outcome> RunCreateView(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto head, ParseCreateHead(cursor, "VIEW"));
  catalog::Object view;
  view.kind = catalog::ObjectKind::kView;
  FIRN_TRY(view.name, execution.services.catalog.Complete(execution.scope(), view.kind, head.name));
  FIRN_TRY(view.columns, ParseNames(cursor));
  bool copy_grants = false;
  while (!cursor.Accept("AS")) {
    if (cursor.Accept("COMMENT")) {
      cursor.AcceptSymbol("=");
      FIRN_TRY(view.comment, cursor.ExpectString());
    } else if (cursor.Accept("COPY GRANTS")) {
      copy_grants = true;
    } else {
      return cursor.Unexpected();
    }
  }
  view.text = std::string(cursor.Rest());
  view.owner_role = execution.state.principal.role;
  view.created_on_ms = execution.services.clock.NowMs();
  view.context = {execution.state.database, execution.state.schema, ""};

  if (!execution.bindings.empty()) {
    return SqlError(Code::kInvalid, 2210, "0A000",
                    "SQL compilation error:\nBind variables not allowed in view and UDF "
                    "definitions.");
  }
  FIRN_TRY(const auto bound, Bind(execution, view.text, true));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(CheckTouched(*lease, bound));
  FIRN_TRY(const auto made, lease->Describe(bound.sql));
  FIRN_CHECK(FillColumns(view.columns, WithDeclaredTypes(made, bound.outputs)));

  const auto name = view.name.name;
  if (head.temporary) {
    view.id = NextTemporaryId();
    FIRN_CHECK(MarkVolatile(execution.session, "temporary tables", true));
    // Views and tables share a name space, so that a view is found where tables are looked up.
    const auto temporary = TemporaryOf(execution.session);
    if (temporary->Find(catalog::ObjectKind::kTable, view.name) && !head.or_replace) {
      return SqlError(Code::kExists, 2002, "42710",
                      "SQL compilation error:\nObject '" + view.SqlName() + "' already exists.");
    }
    temporary->PutAs(catalog::ObjectKind::kTable, std::move(view));
  } else {
    FIRN_TRY(const bool is_new, execution.services.tables.CreateView(
                                    execution.scope(), std::move(view),
                                    {head.or_replace, head.if_not_exists, copy_grants}));
    if (!is_new) return StatusOutcome(name + " already exists, statement succeeded.");
  }
  return StatusOutcome("View " + NameToSql(name) + " successfully created.");
}

}  // namespace firn::statements
