#include "statements/show.hpp"

#include <doctest/doctest.h>

#include "sql/lexer.hpp"

namespace firn::statements {
namespace {

Result<ShowFilter> Parse(const std::string& text) {
  const auto tokens = sql::Lex(text);
  REQUIRE(tokens);
  sql::Cursor cursor(text, *tokens);
  return ParseShowFilter(cursor);
}

}  // namespace

TEST_CASE("show: LIKE ignores case, % and _ stand for any, a backslash takes their meaning") {
  CHECK(LikeMatches("fl%", "FLIGHTS"));
  CHECK(LikeMatches("%GHT_", "FLIGHTS"));
  CHECK(LikeMatches("%", ""));
  CHECK(LikeMatches("a%b%c", "aXXbYYc"));
  CHECK(LikeMatches("MY\\_TABLE", "MY_TABLE"));
  CHECK_FALSE(LikeMatches("MY\\_TABLE", "MYXTABLE"));
  CHECK_FALSE(LikeMatches("", "A"));
  CHECK_FALSE(LikeMatches("FLIGHT", "FLIGHTS"));
  CHECK_FALSE(LikeMatches("_", ""));
}

TEST_CASE("show: the filters are read in Snowflake's order") {
  const auto filter = Parse("LIKE 'a%' IN SCHEMA db.s STARTS WITH 'A' LIMIT 10 FROM 'AB'");
  REQUIRE(filter);
  CHECK(*filter->like == "a%");
  CHECK(filter->in == ShowFilter::In::kSchema);
  CHECK(filter->in_name == sql::NameParts{"DB", "S"});
  CHECK(*filter->limit == 10);
  CHECK(Passes(*filter, "ABC"));
  CHECK_FALSE(Passes(*filter, "AB"));
  CHECK_FALSE(Passes(*filter, "abc"));
  CHECK(Parse("IN ACCOUNT")->in == ShowFilter::In::kAccount);
  CHECK(Parse("IN DATABASE x")->in == ShowFilter::In::kDatabase);
  CHECK_FALSE(Parse("LIKE 'a' nonsense"));
  CHECK_FALSE(Parse("IN"));
}

}  // namespace firn::statements
