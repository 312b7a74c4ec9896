#include "statements/form.hpp"

#include <doctest/doctest.h>

#include <set>

namespace firn::statements {
namespace {

std::string_view PatternOf(std::string_view text) {
  const auto tokens = sql::Lex(text);
  REQUIRE(tokens);
  const auto* form = FindForm(*tokens);
  return form == nullptr ? "" : form->pattern;
}

}  // namespace

TEST_CASE("form: the longest pattern that fits wins, whatever the case and the comments") {
  CHECK(PatternOf("select 1") == "SELECT");
  CHECK(PatternOf("/* a */ with x as (select 1) select * from x") == "WITH");
  CHECK(PatternOf("(select 1)") == "(");
  CHECK(PatternOf("create or replace temp table t (a int)").find("TABLE") != std::string::npos);
  CHECK(PatternOf("CREATE SCOPED TEMPORARY STAGE s").find("STAGE") != std::string::npos);
  CHECK(PatternOf("CREATE TEMP FILE FORMAT f TYPE = CSV").find("FILE FORMAT") != std::string::npos);
  CHECK(PatternOf("show terse tables") == "SHOW [TERSE] TABLES");
  CHECK(PatternOf("start transaction") == "START TRANSACTION");
}

TEST_CASE("form: what is no statement of ours fits none") {
  for (const auto* text :
       {"INSTALL httpfs", "ATTACH 'x'", "PRAGMA database_list", "EXPORT DATABASE", "CHECKPOINT",
        "CALL pragma_version()", "CREATE MACRO f() AS 1", "CREATE TABL t", "LOAD 'x'"}) {
    CAPTURE(text);
    CHECK(PatternOf(text).empty());
  }
}

TEST_CASE("form: every pattern of the table is there once") {
  std::set<std::string_view> seen;
  for (const auto& form : Forms()) {
    CAPTURE(form.pattern);
    CHECK(seen.insert(form.pattern).second);
    CHECK((form.run != nullptr));
  }
}

}  // namespace firn::statements
