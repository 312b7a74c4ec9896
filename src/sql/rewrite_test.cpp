#include "sql/rewrite.hpp"

#include <doctest/doctest.h>

#include <string>

namespace firn::sql {
namespace {

using Bindings = std::vector<std::optional<std::string>>;

Result<Rewritten> Resolve(std::string_view text, const Bindings& bindings = {}) {
  const auto tokens = Lex(text);
  REQUIRE(tokens);
  return ResolveIdentifiers(text, *tokens, bindings,
                            {{"V", "'db.\"t\"'"}, {"N", "-1"}, {"EVIL", "'t; drop table x'"}});
}

TEST_CASE("rewrite: a text without identifiers and variables is not copied") {
  const auto result = Resolve("select $1, 'identifier($v)', ? from values (1)", {{"a"}});
  REQUIRE(result);
  CHECK_FALSE(result->text);
  CHECK(result->consumed.empty());
}

TEST_CASE("rewrite: IDENTIFIER takes texts, bindings and variables") {
  CHECK(*Resolve("select * from identifier('a.b')")->text == "select * from  \"A\".\"B\"");
  CHECK(*Resolve("select * from IDENTIFIER($v) x")->text == "select * from  \"DB\".\"t\"  x");
  CHECK(*Resolve("select * from identifier(:1)", {{"t"}})->text == "select * from  \"T\"");
  const auto marks = Resolve("select ? from identifier(?) where a = ?", {{"1"}, {"t"}, {"2"}});
  REQUIRE(marks);
  CHECK(*marks->text == "select ? from  \"T\"  where a = ?");
  CHECK(marks->consumed == std::vector<std::size_t>{1});
}

TEST_CASE("rewrite: a session variable stands for its literal and makes no comment") {
  CHECK(*Resolve("select -$n")->text == "select - -1");
  CHECK(*Resolve("select $n+$N")->text == "select  -1 + -1");
}

TEST_CASE("rewrite: a name that is no name is refused and can hold no SQL") {
  CHECK_FALSE(Resolve("select * from identifier($evil)"));
  CHECK_FALSE(Resolve("select * from identifier($n)"));
  CHECK_FALSE(Resolve("select * from identifier('a b')"));
  CHECK_FALSE(Resolve("select * from identifier('a.b.c.d')"));
  CHECK_FALSE(Resolve("select * from identifier(?)", {std::nullopt}));
  CHECK_FALSE(Resolve("select * from identifier(?)"));
  CHECK_FALSE(Resolve("select * from identifier(:0)", {{"a"}}));
  CHECK_FALSE(Resolve("select * from identifier(:99999999999999999999)", {{"a"}}));
  CHECK(*Resolve("select * from identifier(?)", {{"\"a\"\"; --\""}})->text ==
        "select * from  \"a\"\"; --\"");
}

TEST_CASE("rewrite: an unset variable is an error that names it") {
  const auto result = Resolve("select $nope");
  REQUIRE_FALSE(result);
  CHECK(result.error().message.find("Session variable '$NOPE' does not exist") !=
        std::string::npos);
}

}  // namespace
}  // namespace firn::sql
