#include "statements/column_definitions.hpp"

#include <doctest/doctest.h>

#include "sql/lexer.hpp"

namespace firn::statements {
namespace {

struct Parsed {
  std::vector<catalog::ColumnInfo> columns;
  bool typed = false;
};

Result<Parsed> Parse(const std::string& text) {
  const auto tokens = sql::Lex(text);
  REQUIRE(tokens);
  sql::Cursor cursor(text, *tokens);
  Parsed out;
  FIRN_TRY(out.columns, ParseColumnDefinitions(cursor, out.typed));
  return out;
}

}  // namespace

TEST_CASE("columns: types, NULLs, defaults, comments and keys are read") {
  const auto parsed = Parse(
      "(id INT NOT NULL PRIMARY KEY, \"low\" NUMBER(10, 2) DEFAULT 1.5 COMMENT 'price', "
      "t TIMESTAMP WITH TIME ZONE, d DOUBLE PRECISION DEFAULT abs(-1) + 2, CONSTRAINT k UNIQUE "
      "(d))");
  REQUIRE(parsed);
  const auto& columns = parsed->columns;
  REQUIRE(columns.size() == 4);
  CHECK(parsed->typed);
  CHECK(columns[0].name == "ID");
  CHECK_FALSE(columns[0].nullable);
  CHECK(columns[0].primary_key);
  CHECK(columns[1].name == "low");
  CHECK(types::ToSql(columns[1].type) == "NUMBER(10,2)");
  CHECK(columns[1].default_sql == "1.5");
  CHECK(columns[1].comment == "price");
  CHECK(types::ToSql(columns[2].type) == "TIMESTAMP_TZ(9)");
  CHECK(columns[3].default_sql == "abs(-1) + 2");
}

TEST_CASE("columns: a list of names alone has no types") {
  const auto parsed = Parse("(a, \"b\")");
  REQUIRE(parsed);
  CHECK_FALSE(parsed->typed);
  CHECK(parsed->columns[1].name == "b");
}

TEST_CASE("columns: what Firn cannot keep is refused by name") {
  CHECK(Parse("(a INT AUTOINCREMENT)").error().sql_number == 2);
  CHECK(Parse("(a INT IDENTITY)").error().message.find("AUTOINCREMENT") != std::string::npos);
  CHECK_FALSE(Parse("(a NOSUCHTYPE)"));
  CHECK_FALSE(Parse("(a INT"));
  CHECK_FALSE(Parse("()"));
}

TEST_CASE("columns: the same name twice is refused, and so is one that differs by case only") {
  const auto column = [](std::string name) {
    catalog::ColumnInfo out;
    out.name = std::move(name);
    return out;
  };
  CHECK(CheckColumnNames({column("A"), column("B")}));
  CHECK(CheckColumnNames({column("A"), column("A")}).error().sql_number == 2025);
  CHECK(CheckColumnNames({column("A"), column("a")}).error().message.find("case") !=
        std::string::npos);
}

}  // namespace firn::statements
