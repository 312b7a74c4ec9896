#include <algorithm>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/bindings.hpp"
#include "statements/change.hpp"
#include "statements/coerce.hpp"
#include "statements/connections.hpp"

namespace firn::statements {
namespace {

using catalog::ColumnInfo;

struct Head {
  bool overwrite = false;
  std::shared_ptr<const catalog::Object> table;
  std::vector<std::string> columns;  ///< as listed; all of the table's when none were
  std::string query;
};

Result<Head> ParseHead(Execution& execution) {
  auto cursor = execution.cursor();
  Head head;
  FIRN_CHECK(cursor.Expect("INSERT"));
  head.overwrite = cursor.Accept("OVERWRITE");
  FIRN_CHECK(cursor.Expect("INTO"));
  cursor.Accept("TABLE");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_TRY(head.table, FindObject(execution, catalog::ObjectKind::kTable, parts));
  // `INSERT INTO t (SELECT …)` has no column list.
  const auto* inside = cursor.Peek(1);
  const bool query_follows =
      inside != nullptr && (EqualIgnoringCase(inside->text, "SELECT") ||
                            EqualIgnoringCase(inside->text, "WITH") || inside->text == "(");
  if (cursor.Peek() != nullptr && cursor.Peek()->text == "(" && !query_follows) {
    FIRN_CHECK(cursor.ExpectSymbol("("));
    do {
      FIRN_TRY(head.columns.emplace_back(), cursor.ExpectName());
    } while (cursor.AcceptSymbol(","));
    FIRN_CHECK(cursor.ExpectSymbol(")"));
  } else {
    for (const auto& column : head.table->columns) head.columns.push_back(column.name);
  }
  head.query = std::string(cursor.Rest());
  return head;
}

/// executemany sends `VALUES (?, ?)` with an array for each place; read as a query over them.
Status ReadAsRows(const Execution& execution, Head& head) {
  if (!IsBulk(execution)) return {};
  FIRN_TRY(const auto tokens, sql::Lex(head.query));
  sql::Cursor cursor(head.query, tokens);
  if (!cursor.Accept("VALUES")) return {};
  FIRN_TRY(const auto row, cursor.ExpectParenthesised());
  FIRN_CHECK(cursor.ExpectEnd());
  head.query = "SELECT " + std::string(row);
  return {};
}

const ColumnInfo* FindColumn(const catalog::Object& table, const std::string& name) {
  const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                               [&](const auto& column) { return column.name == name; });
  return at == table.columns.end() ? nullptr : &*at;
}

/// INSERT INTO t (a, b, c) SELECT s.c0, s.c1, <default of c> FROM (query) AS s(c0, c1)
Result<std::string> InsertSql(Execution& execution, const Head& head, const std::string& query) {
  std::string names;
  std::string values;
  std::string aliases;
  const auto add = [&](const std::string& name, const std::string& value) {
    names += (names.empty() ? "" : ", ") + engine::QuoteName(name);
    values += (values.empty() ? "" : ", ") + value;
  };
  for (std::size_t i = 0; i < head.columns.size(); ++i) {
    const auto* column = FindColumn(*head.table, head.columns[i]);
    if (column == nullptr) {
      return SqlError(Code::kInvalid, 904, "42000",
                      "SQL compilation error: error line 1 at position 0\ninvalid identifier '" +
                          NameToSql(head.columns[i]) + "'");
    }
    const auto alias = "\"c" + std::to_string(i) + "\"";
    aliases += (aliases.empty() ? "" : ", ") + alias;
    const auto value = execution.bind_stage.empty() ? alias : UploadedSql(column->type, alias);
    add(column->name, Coerce(column->type, value));
  }
  for (const auto& column : head.table->columns) {
    const bool given =
        std::find(head.columns.begin(), head.columns.end(), column.name) != head.columns.end();
    if (given || column.default_sql.empty()) continue;
    FIRN_TRY(const auto value, BindDefault(execution, column.default_sql));
    add(column.name, Coerce(column.type, value));
  }
  return "INSERT INTO " + head.table->PhysicalName() + " (" + names + ") SELECT " + values +
         " FROM (" + query + ") AS \"firn:s\"(" + aliases + ")";
}

}  // namespace

Result<Outcome> RunInsert(Execution& execution) {
  FIRN_TRY(auto head, ParseHead(execution));
  const auto& services = execution.services;
  const auto& principal = execution.state.principal;
  if (head.table->kind == catalog::ObjectKind::kView) {
    return SqlError(Code::kInvalid, 2003, "42601",
                    "SQL compilation error:\n'" + head.table->SqlName() +
                        "' is a view; rows are inserted into its tables.");
  }
  if (head.table->id > 0) {
    FIRN_CHECK(services.access.Check(principal, access::Privilege::kInsert, head.table->ref()));
    if (head.overwrite) {
      FIRN_CHECK(services.access.Check(principal, access::Privilege::kDelete, head.table->ref()));
    }
  }
  FIRN_CHECK(ReadAsRows(execution, head));
  FIRN_TRY(auto bound, Bind(execution, head.query, true));
  FIRN_TRY(const auto sql, InsertSql(execution, head, bound.sql));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(CheckTouched(*lease, bound));
  std::vector<std::string> steps;
  if (head.overwrite) steps.push_back("DELETE FROM " + head.table->PhysicalName());
  steps.push_back(sql);
  FIRN_TRY(const auto changed, Change(execution, lease, steps));
  return CountOutcome({{"number of rows inserted", changed.back()}});
}

}  // namespace firn::statements
