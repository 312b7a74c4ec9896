#include <doctest/doctest.h>

#include "base/names.hpp"
#include "cli/answer.hpp"
#include "cli/collector.hpp"
#include "cli/load_plan.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "cli/toml.hpp"
#include "cli/values.hpp"
#include "cli/words.hpp"

using namespace firn;
using namespace firn::cli;

TEST_CASE("cli: a table is aligned, numbers to the right, NULL shown") {
  const auto text =
      RenderTable({"NAME", "N"}, {false, true}, {{"a", "1"}, {std::nullopt, "12345"}}, {});
  CHECK(text ==
        " NAME | N\n"
        "------+-------\n"
        " a    |     1\n"
        " NULL | 12345\n");
}

TEST_CASE("cli: wide, combining and long texts keep a table straight") {
  CHECK(TextWidth("日本") == 4);
  CHECK(TextWidth("e\u0301") == 1);
  CHECK(TextWidth("😀") == 2);
  CHECK(CutText("abcdef", 4) == "abc…");
  CHECK(CutText("日本語文", 5) == "日本…");
  CHECK(CutText("abcd", 4) == "abcd");
  TableStyle style;
  style.widest = 4;
  CHECK(RenderTable({"X"}, {false}, {{"日本語"}, {"ab"}}, style) == " X\n-----\n 日…\n ab\n");
}

TEST_CASE("cli: a value cannot steer the terminal") {
  CHECK(SafeText("a\x1b[2Jb\nc\t\x7f") == "a\\x1B[2Jb\\nc\\t\\x7F");
  CHECK(SafeText("\xff ok \xc3") == "� ok �");
  CHECK(SafeText("\xc0\xaf\xed\xa0\x80") == "�����");
}

TEST_CASE("cli: a table may be shown with a line for each value") {
  TableStyle style;
  style.expanded = true;
  CHECK(RenderTable({"A", "LONG"}, {false, false}, {{"1", std::nullopt}}, style) ==
        "-[ row 1 ]-\nA    | 1\nLONG | NULL\n");
}

TEST_CASE("cli: a field of a CSV file is quoted only when it must be, NULL and empty differ") {
  CHECK(CsvField("plain") == "plain");
  CHECK(CsvField("a,b") == "\"a,b\"");
  CHECK(CsvField("say \"x\"") == "\"say \"\"x\"\"\"");
  CHECK(CsvField("") == "\"\"");
  CHECK(CsvField("two\nlines") == "\"two\nlines\"");
}

TEST_CASE("cli: values are shown as people read them") {
  const auto text = [](const char* type, const char* value, const char* zone = "UTC") {
    return ValueText(Column{"X", type, 0}, value, zone);
  };
  CHECK(text("boolean", "1") == "true");
  CHECK(text("date", "15706") == "2013-01-01");
  CHECK(text("date", "-1") == "1969-12-31");
  CHECK(text("date", "-719162") == "0001-01-01");
  CHECK(text("date", "11016") == "2000-02-29");
  CHECK(text("time", "32705.500000000") == "09:05:05.5");
  CHECK(text("timestamp_ntz", "1357031700.123000000") == "2013-01-01 09:15:00.123");
  CHECK(text("timestamp_ntz", "-0.250000000") == "1969-12-31 23:59:59.75");
  CHECK(text("timestamp_tz", "1357031700.000000000 1380") == "2013-01-01 08:15:00 -0100");
  CHECK(text("timestamp_ltz", "1357031700", "UTC") == "2013-01-01 09:15:00 +0000");
  CHECK(text("fixed", "1.50") == "1.50");
}

TEST_CASE("cli: values in JSON keep their kind") {
  const auto text = [](const char* type, const char* value) {
    return ValueJson(Column{"X", type, 0}, value, "UTC");
  };
  CHECK(text("fixed", "12.50") == "12.50");
  CHECK(text("real", "NaN") == "\"NaN\"");
  CHECK(text("boolean", "0") == "false");
  CHECK(text("variant", "{\"a\": [1]}") == "{\"a\": [1]}");
  CHECK(text("variant", "broken") == "\"broken\"");
  CHECK(text("text", "say \"x\"\n") == "\"say \\\"x\\\"\\n\"");
  CHECK(text("date", "0") == "\"1970-01-01\"");
}

TEST_CASE("cli: a statement ends at a semicolon outside quotes and comments") {
  StatementCollector collector;
  CHECK(collector.Add("SELECT 1").empty());
  CHECK(collector.pending());
  CHECK(collector.Add("+ 1;") == std::vector<std::string>{"SELECT 1\n+ 1"});
  CHECK_FALSE(collector.pending());
  CHECK(collector.Add("SELECT ';' -- not here;").empty());
  CHECK(collector.Add("; SELECT 2; SELECT") ==
        std::vector<std::string>{"SELECT ';' -- not here;\n", "SELECT 2"});
  CHECK(collector.Add("3;") == std::vector<std::string>{"SELECT\n3"});
  CHECK(collector.Add("SELECT 'a").empty());
  CHECK(collector.Add("b;").empty());
  CHECK(collector.Add("c';") == std::vector<std::string>{"SELECT 'a\nb;\nc'"});
  CHECK(collector.Add(";;").empty());
  CHECK_FALSE(collector.pending());
  CHECK(collector.Add("/* a;").empty());
  CHECK(collector.pending());
  collector.Clear();
  CHECK_FALSE(collector.pending());
}

TEST_CASE("cli: a connections.toml is read as the clients read it") {
  const auto toml = ParseToml(
      "# of firn\n[default]\naccount = \"firn\"  # here\nport=8484\nx = 'C:\\a'\r\n"
      "quoted = \"a \\\"b\\\" # c\"\n\n[ other ]\nuser = \"B\"\n");
  REQUIRE(toml);
  CHECK(toml->at("default").at("account") == "firn");
  CHECK(toml->at("default").at("port") == "8484");
  CHECK(toml->at("default").at("x") == "C:\\a");
  CHECK(toml->at("default").at("quoted") == "a \"b\" # c");
  CHECK(toml->at("other").at("user") == "B");
  for (const auto* bad :
       {"[default", "key", "a = \"x", "a = \"x\" y", "a =", "= 1", "a = [1]", "a = \"\\q\""}) {
    CHECK_FALSE(ParseToml(bad));
  }
}

TEST_CASE("cli: what is written as TOML reads back") {
  const std::string text = "a \"b\" \\ c\nd";
  CHECK(ParseToml("x = " + TomlText(text))->at("").at("x") == text);
}

TEST_CASE("cli: names reach SQL as they are and nothing more") {
  CHECK(CheckName("FLIGHTS"));
  CHECK(*CheckName(" a . b.\"c d\" -- x") == "a.b.\"c d\"");
  for (const auto* bad :
       {"", "a b", "a.", ".a", "a; drop table b", "a.b.c.d", "'a'", "\"a", "a-b"}) {
    CHECK_FALSE(CheckName(bad));
  }
}

TEST_CASE("cli: a word that is no verb finds the nearest") {
  const std::vector<std::string> known{"status", "stop", "sql", "load"};
  CHECK(Nearest("statsu", known) == "status");
  CHECK(Nearest("sq", known) == "sql");
  CHECK(Nearest("frobnicate", known).empty());
}

TEST_CASE("cli: a file's format, delimiter and names are found") {
  CHECK(FormatByName("a/b.CSV") == "csv");
  CHECK(FormatByName("b.parquet") == "parquet");
  CHECK(FormatByName("b.jsonl.gz") == "json");
  CHECK(FormatByName("b.txt") == "csv");
  CHECK(DelimiterOf("a,b,c") == ",");
  CHECK(DelimiterOf("a;\"b,c,d,e\";f") == ";");
  CHECK(DelimiterOf("a\tb") == "\t");
  CHECK(DelimiterOf("one") == ",");
  CHECK(ColumnSql("faa") == "FAA");
  CHECK(ColumnSql("Départ") == "\"Départ\"");
  CHECK(ColumnSql("my col") == "\"my col\"");
  LoadOptions options;
  options.files = {"a.csv", "b.json"};
  CHECK(FormatSql(options).error().code == Code::kInvalid);
}

TEST_CASE("cli: an answer of the protocol becomes rows or the server's own error") {
  std::string pending;
  const auto good = ParseAnswer(
      R"({"success":true,"code":null,"data":{"queryId":"q","rowtype":[{"name":"A","type":"fixed","scale":2}],
      "rowset":[["1.50"],[null]],"total":2,"queryResultFormat":"json",
      "parameters":[{"name":"TIMEZONE","value":"Europe/Berlin"}]}})",
      pending);
  REQUIRE(good);
  CHECK(good->rows.size() == 2);
  CHECK(good->rows[0][0] == "1.50");
  CHECK_FALSE(good->rows[1][0]);
  CHECK(good->columns[0].scale == 2);
  CHECK(good->time_zone == "Europe/Berlin");
  CHECK(good->chunk_urls.empty());
  const auto parts = ParseAnswer(
      R"({"success":true,"code":null,"data":{"rowset":[["1"]],"total":3,"chunks":[{"url":"http://a/1"}]}})",
      pending);
  REQUIRE(parts);
  CHECK(parts->chunk_urls == std::vector<std::string>{"http://a/1"});
  CHECK(ParseChunk(R"(["2",null],["3","x"])")->size() == 2);
  CHECK_FALSE(ParseChunk("<html>"));
  const auto bad = ParseAnswer(
      R"({"success":false,"code":"002003","message":"no T","data":{"sqlState":"42S02"}})", pending);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == Code::kNotFound);
  CHECK(bad.error().sql_number == 2003);
  CHECK(bad.error().sql_state == "42S02");
  CHECK(ParseAnswer(
      R"({"success":true,"code":"333333","data":{"getResultUrl":"/queries/q/result"}})", pending));
  CHECK(pending == "/queries/q/result");
  CHECK(ParseAnswer("<html>", pending).error().code == Code::kInternal);
  CHECK(ParseAnswer("{}", pending).error().code == Code::kInternal);
}

TEST_CASE("cli: numbers are grouped for people") {
  CHECK(Grouped(0) == "0");
  CHECK(Grouped(999) == "999");
  CHECK(Grouped(1000) == "1,000");
  CHECK(Grouped(-336776) == "-336,776");
  CHECK(BytesText(999) == "999 B");
  CHECK(BytesText(1'500'000) == "1.5 MB");
}
