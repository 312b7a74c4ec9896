#include "sql/lexer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>

namespace firn::sql {
namespace {

std::string Kind(TokenKind kind) {
  switch (kind) {
    case TokenKind::kWord: return "w";
    case TokenKind::kQuotedName: return "q";
    case TokenKind::kString: return "s";
    case TokenKind::kDollarText: return "d";
    case TokenKind::kNumber: return "n";
    case TokenKind::kVariable: return "v";
    case TokenKind::kBinding: return "b";
    case TokenKind::kStage: return "p";
    case TokenKind::kSymbol: return "y";
  }
  return "?";
}

/// "w:SELECT n:1" and so on.
std::string Shape(std::string_view text) {
  const auto tokens = Lex(text);
  if (!tokens) return tokens.error().message;
  std::string out;
  for (const auto& token : *tokens) {
    CHECK(text.substr(token.begin, token.text.size()) == token.text);
    out += (out.empty() ? "" : " ") + Kind(token.kind) + ":" + std::string(token.text);
  }
  return out;
}

TEST_CASE("lexer: tokens follow Snowflake's lexical rules") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {" \t\n ", ""},
      {"select 1", "w:select n:1"},
      {"a -- b\n c", "w:a w:c"},
      {"a // b\n c", "w:a w:c"},
      {"a /* b /* */ c", "w:a w:c"},
      {"a--", "w:a"},
      {"a - -b", "w:a y:- y:- w:b"},
      {"'it''s'", "s:'it''s'"},
      {"'a\\'b' c", "s:'a\\'b' w:c"},
      {"'-- no' \"/* no\"", "s:'-- no' q:\"/* no\""},
      {"\"a\"\"b\".c", "q:\"a\"\"b\" y:. w:c"},
      {"$$a 'b' ; $c$$ d", "d:$$a 'b' ; $c$$ w:d"},
      {"1 1.5 .5 1. 1e-3 1e", "n:1 n:1.5 n:.5 n:1. n:1e-3 n:1 w:e"},
      {"t.1", "w:t y:. n:1"},
      {"a$1 $1 $v $", "w:a$1 v:$1 v:$v y:$"},
      {"größe", "w:größe"},
      {"? :1 :name", "b:? b::1 b::name"},
      {"v:a.b", "w:v y:: w:a y:. w:b"},
      {"\"v\":a[0]:b", "q:\"v\" y:: w:a y:[ n:0 y:] y:: w:b"},
      {"f(x):a", "w:f y:( w:x y:) y:: w:a"},
      {"x::int", "w:x y::: w:int"},
      {"x = :1::int", "w:x y:= b::1 y::: w:int"},
      {"select :1, :2", "w:select b::1 y:, b::2"},
      {"{'a':1}", "y:{ s:'a' y:: n:1 y:}"},
      {"@~/x y", "p:@~/x w:y"},
      {"@\"my stage\"/a;b", "p:@\"my stage\"/a y:; w:b"},
      {"(@s/a//b.csv, x)", "y:( p:@s/a//b.csv y:, w:x y:)"},
      {"snow://dataset/D/versions/v1/ x", "p:snow://dataset/D/versions/v1/ w:x"},
      {"put file:///tmp/a(1),b.csv @s", "w:put p:file:///tmp/a(1),b.csv p:@s"},
      {"put file://a b.csv @s x=1", "w:put p:file://a b.csv p:@s w:x y:= n:1"},
      {"PUT 'file://it's.csv'  '@s'", "w:PUT s:'file://it's.csv' s:'@s'"},
      {"put file://a @s; select ' @x'", "w:put p:file://a p:@s y:; w:select s:' @x'"},
      {"put 'file://a' @s; select ' @x'", "w:put s:'file://a' p:@s y:; w:select s:' @x'"},
      {"select 'file://a' || 'b @s'", "w:select s:'file://a' y:|| s:'b @s'"},
      {"a=>b<>c!=d<=e>=f||g->h",
       "w:a y:=> w:b y:<> w:c y:!= w:d y:<= w:e y:>= w:f y:|| w:g y:-> w:h"},
      {"m!f()", "w:m y:! w:f y:( y:)"},
  };
  for (const auto& [text, shape] : cases) {
    CAPTURE(text);
    CHECK(Shape(text) == shape);
  }
}

TEST_CASE("lexer: an unclosed quote or comment names its line and position") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"select 'a", "SQL compilation error:\nparse error line 1 at position 7 near '<EOF>'."},
      {"a\n  /* b", "SQL compilation error:\nparse error line 2 at position 2 near '<EOF>'."},
      {"ü \"a", "SQL compilation error:\nparse error line 1 at position 2 near '<EOF>'."},
      {"$$a$", "SQL compilation error:\nparse error line 1 at position 0 near '<EOF>'."},
      {"'a\\'", "SQL compilation error:\nparse error line 1 at position 0 near '<EOF>'."},
      {"@\"a", "SQL compilation error:\nparse error line 1 at position 1 near '<EOF>'."},
  };
  for (const auto& [text, message] : cases) {
    const auto tokens = Lex(text);
    REQUIRE_FALSE(tokens);
    CHECK(tokens.error().message == message);
    CHECK(tokens.error().sql_number == 1003);
    CHECK(tokens.error().sql_state == "42000");
  }
}

TEST_CASE("lexer: statements are split outside quotes and empty ones left out") {
  const auto statements = SplitStatements(
      " ; select ';' ; -- a;b\n begin; insert into t values ($$;$$) ;; commit -- end");
  REQUIRE(statements);
  REQUIRE(statements->size() == 4);
  CHECK((*statements)[0] == "select ';'");
  CHECK((*statements)[1] == "begin");
  CHECK((*statements)[2] == "insert into t values ($$;$$)");
  CHECK((*statements)[3] == "commit");
}

TEST_CASE("lexer: the values of texts have their escapes resolved") {
  const std::pair<std::string_view, std::string> cases[] = {
      {"''", ""},
      {"'it''s'", "it's"},
      {R"('a\nb\tc\\d\'e\"f')", "a\nb\tc\\d'e\"f"},
      {R"('\0')", std::string(1, '\0')},
      {R"('\x41\u00e9\101')", "A\u00e9A"},
      {R"('\ud83d\ude00')", "\U0001F600"},
      {R"('\ud83d')", "\uFFFD"},
      {R"('\xZ\u12\q')", "xZu12q"},
      {"$$a\\n'b$$", "a\\n'b"},
  };
  for (const auto& [text, value] : cases) {
    const auto tokens = Lex(text);
    REQUIRE(tokens);
    REQUIRE(tokens->size() == 1);
    CAPTURE(text);
    CHECK(StringValue(tokens->front()) == value);
  }
}

TEST_CASE("lexer: unquoted names fold to upper case and quoted ones are kept") {
  const auto tokens = Lex("flights \"feature1\" \"a\"\"b\"");
  REQUIRE(tokens);
  CHECK(NameValue((*tokens)[0]) == "FLIGHTS");
  CHECK(NameValue((*tokens)[1]) == "feature1");
  CHECK(NameValue((*tokens)[2]) == "a\"b");
}

TEST_CASE("lexer: a statement that was split off has the tokens that it had in the whole text") {
  for (const std::string_view text :
       {"PUT 'file:///a b' @s 'c' @d; SELECT 1", "PUT file:///a b @s; SELECT '@x'",
        "PUT 'file:///a;b' @s; PUT 'file:///it's' @s", "PUT 'file:///a' @s 'b;c' @d; SELECT 1",
        "PUT 'file:///a' @s 'b' @c 'd` // '@e"}) {
    CAPTURE(text);
    const auto whole = Lex(text);
    REQUIRE(whole);
    const auto statements = SplitStatements(text);
    REQUIRE(statements);
    std::size_t at = 0;
    for (const auto statement : *statements) {
      const auto tokens = Lex(statement);
      REQUIRE(tokens);
      for (const auto& token : *tokens) CHECK(token.text == whole->at(at++).text);
      ++at;  // the ';'
    }
  }
}

TEST_CASE("lexer: a NUL anywhere is a syntax error, since the engine's texts end there") {
  for (const std::string_view text :
       {std::string_view("a\0b", 3), std::string_view("'\0'", 3), std::string_view("$$\0$$", 5)}) {
    const auto tokens = Lex(text);
    REQUIRE_FALSE(tokens);
    CHECK(tokens.error().sql_number == 1003);
  }
}

TEST_CASE("lexer: a text of a megabyte of the worst kind takes linear time") {
  for (const std::string_view piece : {"(", "'a'", "$", ":", "@ ", "/**/", "\"\"\"\"", "a.b:c "}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    const auto begin = std::chrono::steady_clock::now();
    (void)Lex(text);
    const auto spent = std::chrono::steady_clock::now() - begin;
    CHECK_MESSAGE(spent < std::chrono::seconds(5), piece);
  }
}

}  // namespace
}  // namespace firn::sql
