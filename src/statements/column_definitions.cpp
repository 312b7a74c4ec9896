#include "statements/column_definitions.hpp"

#include <algorithm>
#include <map>

#include "base/names.hpp"

namespace firn::statements {
namespace {

using catalog::ColumnInfo;

bool AtSymbol(const sql::Cursor& cursor, std::string_view symbol) {
  return cursor.Peek() != nullptr && cursor.Peek()->text == symbol;
}

/// The expression behind DEFAULT: up to a comma, the end of the list, or the next constraint.
Result<std::string> ParseDefault(sql::Cursor& cursor) {
  std::string text;
  const auto ends = [&] {
    if (cursor.Peek() == nullptr || AtSymbol(cursor, ",") || AtSymbol(cursor, ")")) return true;
    for (const auto word : {"NOT", "COMMENT", "PRIMARY", "UNIQUE", "COLLATE", "REFERENCES"}) {
      if (EqualIgnoringCase(cursor.Peek()->text, word)) return true;
    }
    return false;
  };
  while (!ends()) {
    if (AtSymbol(cursor, "(")) {
      FIRN_TRY(const auto inner, cursor.ExpectParenthesised());
      text += "(" + std::string(inner) + ")";
      continue;
    }
    const auto token = std::string(cursor.Peek()->text);
    cursor.Skip();
    const bool glued = text.empty() || AtSymbol(cursor, "(") || token == "." || token == "::";
    text += (glued ? "" : " ") + token;
  }
  if (text.empty()) return cursor.Unexpected();
  return text;
}

Status ParseColumnRest(sql::Cursor& cursor, ColumnInfo& column) {
  while (!AtSymbol(cursor, ",") && !AtSymbol(cursor, ")")) {
    if (cursor.Accept("NOT NULL")) {
      column.nullable = false;
    } else if (cursor.Accept("DEFAULT")) {
      FIRN_TRY(column.default_sql, ParseDefault(cursor));
    } else if (cursor.Accept("COMMENT")) {
      FIRN_TRY(column.comment, cursor.ExpectString());
    } else if (cursor.Accept("PRIMARY KEY")) {
      column.primary_key = true;
      column.nullable = false;
    } else if (cursor.Accept("COLLATE")) {
      FIRN_TRY(const auto collation, cursor.ExpectString());
      if (!collation.empty() && !EqualIgnoringCase(collation, "utf8")) {
        return SqlError(Code::kInvalid, 2, "0A000",
                        "SQL compilation error:\nUnsupported feature 'COLLATE'.");
      }
    } else if (cursor.Accept("AUTOINCREMENT") || cursor.Accept("IDENTITY")) {
      return SqlError(Code::kInvalid, 2, "0A000",
                      "SQL compilation error:\nUnsupported feature 'AUTOINCREMENT'.");
    } else if (!cursor.Accept("NULL") && !cursor.Accept("UNIQUE")) {
      return cursor.Unexpected();
    }
  }
  return {};
}

/// PRIMARY KEY (a, b), UNIQUE (…), FOREIGN KEY (…) REFERENCES t (…) behind the columns.
Result<bool> ParseTableConstraint(sql::Cursor& cursor, std::vector<ColumnInfo>& columns) {
  if (cursor.Accept("CONSTRAINT")) FIRN_CHECK(cursor.ExpectName());
  if (cursor.Accept("PRIMARY KEY")) {
    FIRN_CHECK(cursor.ExpectSymbol("("));
    do {
      FIRN_TRY(const auto name, cursor.ExpectName());
      for (auto& column : columns) {
        if (column.name != name) continue;
        column.primary_key = true;
        column.nullable = false;
      }
    } while (cursor.AcceptSymbol(","));
    FIRN_CHECK(cursor.ExpectSymbol(")"));
    return true;
  }
  if (cursor.Accept("UNIQUE")) {
    FIRN_CHECK(cursor.ExpectParenthesised());
    return true;
  }
  if (cursor.Accept("FOREIGN KEY")) {
    FIRN_CHECK(cursor.ExpectParenthesised());
    FIRN_CHECK(cursor.Expect("REFERENCES"));
    FIRN_CHECK(cursor.ExpectNameParts());
    if (AtSymbol(cursor, "(")) FIRN_CHECK(cursor.ExpectParenthesised());
    return true;
  }
  return false;
}

}  // namespace

Result<types::DataType> ParseType(sql::Cursor& cursor) {
  FIRN_TRY(auto text, cursor.ExpectName());
  for (const auto word : {"PRECISION", "VARYING"}) {
    if (cursor.Accept(word)) text += std::string(" ") + word;
  }
  if (AtSymbol(cursor, "(")) {
    FIRN_TRY(const auto inner, cursor.ExpectParenthesised());
    text += "(" + std::string(inner) + ")";
  }
  for (const auto words : {"WITH LOCAL TIME ZONE", "WITH TIME ZONE", "WITHOUT TIME ZONE"}) {
    if (cursor.Accept(words)) text += std::string(" ") + words;
  }
  return types::Parse(text);
}

Result<std::vector<ColumnInfo>> ParseColumnDefinitions(sql::Cursor& cursor, bool& typed) {
  std::vector<ColumnInfo> columns;
  typed = true;
  FIRN_CHECK(cursor.ExpectSymbol("("));
  do {
    FIRN_TRY(const bool constraint, ParseTableConstraint(cursor, columns));
    if (constraint) continue;
    ColumnInfo column;
    FIRN_TRY(column.name, cursor.ExpectName());
    if (AtSymbol(cursor, ",") || AtSymbol(cursor, ")")) {
      typed = false;
    } else {
      FIRN_TRY(column.type, ParseType(cursor));
      FIRN_CHECK(ParseColumnRest(cursor, column));
    }
    columns.push_back(std::move(column));
  } while (cursor.AcceptSymbol(","));
  FIRN_CHECK(cursor.ExpectSymbol(")"));
  return columns;
}

Status CheckColumnNames(const std::vector<ColumnInfo>& columns) {
  std::map<std::string, std::string> seen;
  for (const auto& column : columns) {
    const auto [at, is_new] = seen.emplace(LowerCase(column.name), column.name);
    if (is_new) continue;
    if (at->second == column.name) {
      return SqlError(Code::kInvalid, 2025, "42S21",
                      "SQL compilation error:\nduplicate column name '" + column.name + "'");
    }
    return SqlError(Code::kInvalid, 2025, "42S21",
                    "SQL compilation error:\nthe columns '" + at->second + "' and '" + column.name +
                        "' differ only by case; Firn's storage cannot keep both in "
                        "one table. Rename one.");
  }
  return {};
}

}  // namespace firn::statements
