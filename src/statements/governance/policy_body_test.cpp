#include "statements/governance/policy_body.hpp"

#include <doctest/doctest.h>

namespace firn::statements {
namespace {

std::string Query(const std::string& body) {
  std::vector<catalog::ColumnInfo> arguments(2);
  arguments[0].name = "REGION";
  arguments[1].name = "val";
  const auto query = PolicyQuery(body, arguments, {"SALES_REGION", "e\"mail"});
  REQUIRE(query);
  return *query;
}

TEST_CASE("policy body: arguments become columns of the row, other names stay") {
  CHECK(Query("region = 'region'") == "SELECT (\"firn row\".\"SALES_REGION\" = 'region'\n) AS V");
  CHECK(Query("\"val\"") == "SELECT (\"firn row\".\"e\"\"mail\"\n) AS V");
  for (const auto* same :
       {"VAL", "m.region", "region.x", "region(1)", "\"region\"", "1 AS region"}) {
    CHECK(Query(same) == "SELECT (" + std::string(same) + "\n) AS V");
  }
  CHECK(Query("TRUE -- )") == "SELECT (TRUE -- )\n) AS V");
}

TEST_CASE("policy body: only one parenthesised expression is taken from a translation") {
  CHECK(*PolicyExpression("SELECT ((1 + 2) = 3) AS \"V\"") == "((1 + 2) = 3)");
  CHECK(*PolicyExpression("SELECT (')') AS \"V\"") == "(')')");
  for (const auto* text :
       {"SELECT (1), (2) AS \"V\"", "SELECT (1) FROM (SELECT 2) AS \"V\"", "SELECT (1) AS \"W\"",
        "SELECT 1 AS \"V\"", "SELECT (1) AS \"V\" WHERE (1) AS \"V\"",
        "SELECT (1)) OR ((2) AS \"V\"", "", "SELECT () AS \"V"}) {
    CAPTURE(text);
    CHECK_FALSE(PolicyExpression(text));
  }
}

}  // namespace
}  // namespace firn::statements
