#include "sql/cursor.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace firn::sql {
namespace {

/// A cursor with what it reads.
struct Reading {
  explicit Reading(std::string_view statement)
      : text(statement), tokens(*Lex(text)), cursor(text, tokens) {}
  std::string text;
  std::vector<Token> tokens;
  Cursor cursor;
};

TEST_CASE("cursor: a statement form is read from left to right") {
  Reading r("create stage if not exists db.\"s\".st encryption = (type = 'X') n=-12 b=true;");
  CHECK(r.cursor.Accept("CREATE STAGE"));
  CHECK_FALSE(r.cursor.Accept("IF EXISTS"));
  CHECK(r.cursor.Accept("IF NOT EXISTS"));
  const auto name = r.cursor.ExpectNameParts();
  REQUIRE(name);
  CHECK(*name == NameParts{"DB", "s", "ST"});
  CHECK(r.cursor.Expect("ENCRYPTION"));
  CHECK(r.cursor.ExpectSymbol("="));
  const auto inside = r.cursor.ExpectParenthesised();
  REQUIRE(inside);
  CHECK(*inside == "type = 'X'");
  CHECK(r.cursor.Expect("N"));
  CHECK(r.cursor.AcceptSymbol("="));
  CHECK(*r.cursor.ExpectInteger() == -12);
  CHECK(r.cursor.Accept("B"));
  CHECK(r.cursor.AcceptSymbol("="));
  CHECK(*r.cursor.ExpectBool());
  CHECK(r.cursor.ExpectEnd());
  CHECK(r.cursor.AtEnd());
  CHECK(r.cursor.Peek() == nullptr);
  CHECK(r.cursor.Peek(1) == nullptr);
}

TEST_CASE("cursor: a syntax error is Snowflake's, with line, position and the text") {
  Reading r("select\n  FORM x");
  CHECK(r.cursor.Accept("SELECT"));
  const auto status = r.cursor.Expect("FROM");
  REQUIRE_FALSE(status);
  CHECK(status.error().message ==
        "SQL compilation error:\nsyntax error line 2 at position 2 unexpected 'FORM'.");
  CHECK(status.error().sql_number == 1003);
  CHECK(status.error().sql_state == "42000");
}

TEST_CASE("cursor: at the end the unexpected text is <EOF>") {
  Reading r("drop table");
  CHECK(r.cursor.Accept("DROP TABLE"));
  const auto name = r.cursor.ExpectNameParts();
  REQUIRE_FALSE(name);
  CHECK(name.error().message ==
        "SQL compilation error:\nsyntax error line 1 at position 10 unexpected '<EOF>'.");
}

TEST_CASE("cursor: names have one to three parts, quoted, folded or by IDENTIFIER") {
  const std::pair<std::string_view, NameParts> cases[] = {
      {"a", {"A"}},
      {"a.\"b.c\"", {"A", "b.c"}},
      {"a.b.c", {"A", "B", "C"}},
      {"a..c", {"A", "PUBLIC", "C"}},
      {"identifier('a.\"b\"')", {"A", "b"}},
      {"identifier", {"IDENTIFIER"}},
  };
  for (const auto& [text, parts] : cases) {
    Reading r(text);
    const auto read = r.cursor.ExpectNameParts();
    CAPTURE(text);
    REQUIRE(read);
    CHECK(*read == parts);
    CHECK(r.cursor.AtEnd());
  }
  for (const auto* text : {"", "1", "'a'", "a.", "a.b.c.d", "a...b", "\"\"", ".a", "identifier('')",
                           "identifier('a;drop')", "identifier('a'"}) {
    Reading r(text);
    CHECK_FALSE_MESSAGE(r.cursor.ExpectNameParts(), text);
  }
}

TEST_CASE("cursor: a name's text is parsed alone and wholly") {
  CHECK(*ParseNameParts("a.b") == NameParts{"A", "B"});
  for (const auto* text : {"", "a b", "a;", "a--b\n.c d", "identifier('a')", "a(1)", "'a'"}) {
    CHECK_FALSE_MESSAGE(ParseNameParts(text), text);
  }
}

TEST_CASE("cursor: a stage may be bare, quoted or a snow URL") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"@~/x", "@~/x"},
      {"@db.s.\"St\"/dir/f.csv", "@db.s.\"St\"/dir/f.csv"},
      {"'@st/dir with space'", "@st/dir with space"},
      {"snow://model/M/versions/V1/", "snow://model/M/versions/V1/"},
      {"'snow://model/M'", "snow://model/M"},
  };
  for (const auto& [text, stage] : cases) {
    Reading r(text);
    const auto read = r.cursor.ExpectStage();
    CAPTURE(text);
    REQUIRE(read);
    CHECK(*read == stage);
  }
  for (const auto* text : {"", "x", "'x'", "@", "file:///tmp/x"}) {
    Reading r(text);
    CHECK_FALSE_MESSAGE(r.cursor.ExpectStage(), text);
  }
}

TEST_CASE("cursor: integers out of range and fractions are refused") {
  for (const auto* text : {"1.5", "1e3", "99999999999999999999", "- x", "'1'", "-"}) {
    Reading r(text);
    CHECK_FALSE_MESSAGE(r.cursor.ExpectInteger(), text);
  }
}

TEST_CASE("cursor: the rest of a statement is its text without the last semicolon") {
  Reading r("create view v as select 'a;' , 1 ; ;");
  CHECK(r.cursor.Accept("CREATE VIEW V AS"));
  CHECK(r.cursor.Rest() == "select 'a;' , 1");
  CHECK(r.cursor.AtEnd());
  CHECK(r.cursor.Rest().empty());
  Reading open("(a, (b)");
  CHECK_FALSE(open.cursor.ExpectParenthesised());
}

}  // namespace
}  // namespace firn::sql
