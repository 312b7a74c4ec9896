#include "statements/alter_columns.hpp"

#include <algorithm>

#include "base/names.hpp"
#include "statements/bind.hpp"
#include "statements/coerce.hpp"
#include "statements/column_definitions.hpp"
#include "statements/governance/policy_use.hpp"

namespace firn::statements {
namespace {

using catalog::ColumnInfo;

auto Find(catalog::Object& table, const std::string& name) {
  return std::find_if(table.columns.begin(), table.columns.end(),
                      [&](const auto& column) { return column.name == name; });
}

Error UnknownColumn(const std::string& name) {
  return SqlError(Code::kInvalid, 904, "42000",
                  "SQL compilation error: error line 1 at position 0\ninvalid identifier '" +
                      NameToSql(name) + "'");
}

std::string AlterTable(const catalog::Object& table) {
  return "ALTER TABLE " + table.PhysicalName() + " ";
}

Status AddOne(Execution& execution, const ColumnInfo& column, AlteredColumns& altered) {
  const auto name = engine::QuoteName(column.name);
  altered.steps.push_back(AlterTable(altered.table) + "ADD COLUMN " + name + " " +
                          types::StorageType(column.type));
  if (!column.default_sql.empty()) {
    FIRN_TRY(const auto value, BindDefault(execution, column.default_sql));
    altered.steps.push_back("UPDATE " + altered.table.PhysicalName() + " SET " + name + " = " +
                            Coerce(column.type, value));
  }
  if (!column.nullable) {
    if (column.default_sql.empty()) {
      return SqlError(Code::kInvalid, 2, "0A000",
                      "SQL compilation error:\nUnsupported feature 'ADD COLUMN NOT NULL without a "
                      "DEFAULT'.");
    }
    altered.steps.push_back(AlterTable(altered.table) + "ALTER COLUMN " + name + " SET NOT NULL");
  }
  altered.table.columns.push_back(column);
  return {};
}

Status Add(Execution& execution, sql::Cursor& cursor, AlteredColumns& altered) {
  const bool if_not_exists = cursor.Accept("IF NOT EXISTS");
  const auto list = "(" + std::string(cursor.Rest()) + ")";
  FIRN_TRY(const auto tokens, sql::Lex(list));
  sql::Cursor columns_cursor(list, tokens);
  bool typed = false;
  FIRN_TRY(const auto columns, ParseColumnDefinitions(columns_cursor, typed));
  FIRN_CHECK(columns_cursor.ExpectEnd());
  if (!typed) return cursor.Unexpected();
  for (const auto& column : columns) {
    if (Find(altered.table, column.name) != altered.table.columns.end()) {
      if (if_not_exists) continue;
      return SqlError(Code::kExists, 1430, "42601",
                      "SQL compilation error:\ncolumn '" + column.name + "' already exists");
    }
    FIRN_CHECK(AddOne(execution, column, altered));
  }
  return CheckColumnNames(altered.table.columns);
}

Status Drop(sql::Cursor& cursor, AlteredColumns& altered) {
  const bool if_exists = cursor.Accept("IF EXISTS");
  do {
    FIRN_TRY(const auto name, cursor.ExpectName());
    const auto at = Find(altered.table, name);
    if (at == altered.table.columns.end()) {
      if (if_exists) continue;
      return UnknownColumn(name);
    }
    FIRN_CHECK(CheckNoArgument(altered.table, name));
    altered.table.columns.erase(at);
    altered.steps.push_back(AlterTable(altered.table) + "DROP COLUMN " + engine::QuoteName(name));
  } while (cursor.AcceptSymbol(","));
  FIRN_CHECK(cursor.ExpectEnd());
  if (!altered.table.columns.empty()) return {};
  return SqlError(Code::kInvalid, 2, "0A000",
                  "SQL compilation error:\nUnsupported feature 'a table without columns'.");
}

Status Rename(sql::Cursor& cursor, AlteredColumns& altered) {
  FIRN_TRY(const auto from, cursor.ExpectName());
  FIRN_CHECK(cursor.Expect("TO"));
  FIRN_TRY(const auto to, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  const auto at = Find(altered.table, from);
  if (at == altered.table.columns.end()) return UnknownColumn(from);
  at->name = to;
  RenameArguments(altered.table, from, to);
  altered.steps.push_back(AlterTable(altered.table) + "RENAME COLUMN " + engine::QuoteName(from) +
                          " TO " + engine::QuoteName(to));
  return CheckColumnNames(altered.table.columns);
}

}  // namespace

Result<std::optional<AlteredColumns>> AlterColumns(Execution& execution, sql::Cursor& cursor,
                                                   const catalog::Object& table) {
  AlteredColumns altered{table, {}};
  if (cursor.Accept("RENAME COLUMN")) {
    FIRN_CHECK(Rename(cursor, altered));
  } else if (cursor.Accept("ADD COLUMN") || cursor.Accept("ADD")) {
    FIRN_CHECK(Add(execution, cursor, altered));
  } else if (cursor.Accept("DROP COLUMN") || cursor.Accept("DROP")) {
    FIRN_CHECK(Drop(cursor, altered));
  } else {
    return std::optional<AlteredColumns>();
  }
  return std::optional(std::move(altered));
}

}  // namespace firn::statements
