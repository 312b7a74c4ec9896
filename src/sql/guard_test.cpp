#include "sql/guard.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace firn::sql {
namespace {

const std::vector<std::string> kAllowed{R"("lake"."FIRN.PUBLIC"."T")", R"(lake."S"."U")"};

bool Passes(std::string_view sql) {
  return CheckFunctions(sql, {"scan-1"}) && CheckRelations(sql, kAllowed) && StatementVerb(sql);
}

TEST_CASE("guard: what the translator and the binder write passes") {
  for (
      const auto* sql : {
          R"(SELECT CAST(1 AS BIGINT) AS "1")",
          R"(SELECT count(*) AS "C", "A" FROM "lake"."FIRN.PUBLIC"."T" AS "T" GROUP BY ALL;)",
          R"(SELECT "A" IN (1, 2), NOT ("A" = 1), EXISTS (SELECT 1) FROM lake."S"."U")",
          R"(SELECT * FROM (SELECT "A" FROM "lake"."FIRN.PUBLIC"."T" WHERE "A" > 0) AS "T"("X"))",
          R"(SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS "V"("c1", "c2"))",
          R"(SELECT * FROM "lake"."FIRN.PUBLIC"."T" AS "a" JOIN lake."S"."U" AS "b" USING ("x", "y"))",
          R"(SELECT * FROM ("lake"."FIRN.PUBLIC"."T" AS "a" CROSS JOIN lake."S"."U"), unnest([1]))",
          R"(WITH "c"("x") AS (SELECT 1), "d" AS MATERIALIZED (SELECT 2) SELECT * FROM "c", "d")",
          R"(WITH RECURSIVE "c"("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "c") FROM "c")",
          R"(SELECT row_number() OVER (PARTITION BY "a" ORDER BY "b") FROM firn_scan('scan-1') AS "r")",
          R"(SELECT sum("a") FILTER (WHERE "b" IS DISTINCT FROM 1) FROM lake."S"."U")",
          R"(SELECT extract('year' FROM "a"), trim(BOTH ' ' FROM 'x'), CAST("b" AS DECIMAL(38, 0)))",
          R"(SELECT "a"::DECIMAL(3, 2), CAST("s" AS STRUCT("x" DECIMAL(3, 1), "y" VARCHAR)))",
          R"(SELECT list_transform([1], lambda x: x + 1), {'a': 1}, firn_div(1, 2))",
          R"(INSERT INTO "lake"."FIRN.PUBLIC"."T" ("A", "B") SELECT 1, upper('x'))",
          R"(INSERT INTO lake."S"."U" VALUES (1, 2), ($1, ?))",
          R"(UPDATE "lake"."FIRN.PUBLIC"."T" SET "A" = 1, "B" = 2 FROM lake."S"."U" WHERE TRUE)",
          R"(DELETE FROM "lake"."FIRN.PUBLIC"."T" USING lake."S"."U" AS "u" WHERE "u"."A" = 1)",
          R"(MERGE INTO "lake"."FIRN.PUBLIC"."T" AS "t" USING (SELECT 1 AS "k") AS "s" ON ("t"."A" = "s"."k") WHEN MATCHED THEN UPDATE SET "A" = 1, "B" = 2 WHEN NOT MATCHED THEN INSERT ("A") VALUES ("s"."k"))",
          R"((SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 LIMIT 5)",
          R"(SELECT 'getenv(''x'')', "read_csv(" FROM lake."S"."U")",
          R"(SELECT 1 AS from, 2 AS "user")",
      }) {
    const auto functions = CheckFunctions(sql, {"scan-1"});
    CHECK_MESSAGE(functions, sql, functions ? "" : functions.error().message);
    const auto relations = CheckRelations(sql, kAllowed);
    CHECK_MESSAGE(relations, sql, relations ? "" : relations.error().message);
    CHECK_MESSAGE(StatementVerb(sql), sql);
  }
}

TEST_CASE("guard: calls of functions that are not listed are refused in every way of writing") {
  for (const auto* sql : {
           "SELECT getenv('HOME')",
           "SELECT GETENV('HOME')",
           "SELECT \"getenv\"('HOME')",
           "SELECT \"GetEnv\" \n\t ('HOME')",
           "SELECT upper(getenv('HOME'))",
           "SELECT current_setting('secret_directory')",
           "SELECT getvariable('x')",
           "SELECT nextval('s')",
           "SELECT * FROM read_csv('/etc/passwd')",
           "SELECT * FROM read_text('/etc/passwd') AS \"t\"(\"a\")",
           "SELECT * FROM read_blob('/etc/*')",
           "SELECT * FROM parquet_scan('x')",
           "SELECT * FROM glob('/*')",
           "SELECT * FROM query('SELECT 1')",
           "SELECT * FROM query_table('t')",
           "SELECT * FROM duckdb_settings()",
           "SELECT * FROM duckdb_secrets()",
           "SELECT * FROM pragma_table_info('t')",
           "SELECT * FROM sqlite_scan('a', 'b')",
           "SELECT * FROM histogram('t', 'a')",
           "SELECT * FROM histogram_values('t', 'a')",
           "SELECT * FROM seq_scan('t')",
           "SELECT * FROM arrow_scan(1, 2, 3)",
           "SELECT * FROM sniff_csv('x')",
           "SELECT * FROM which_secret('x', 'y')",
           "SELECT * FROM sql_auto_complete('x')",
           "SELECT write_log('x')",
           "SELECT stats(\"a\") FROM lake.\"S\".\"U\"",
           "SELECT json_execute_serialized_sql('{}')",
           "SELECT main.upper('a')",
           "SELECT system.main.upper('a')",
           "SELECT \"system\".\"main\".\"getenv\"('a')",
           "SELECT ('HOME').getenv()",
           "SELECT \"x\".\"getenv\"() FROM (SELECT 'HOME' AS \"x\")",
           "SELECT ['HOME'][1].getenv()",
           "SELECT list_transform(['HOME'], lambda x: getenv(x))",
           "SELECT [getenv(x) for x in ['HOME']]",
           "SELECT a: getenv('HOME')",
           "SELECT 1getenv('HOME')",
           "SELECT 1e5getenv('HOME')",
           "SELECT 0xgetenv('HOME')",
           "SELECT DISTINCT ON (1) getenv('HOME')",
           "SELECT 1, getenv(\"HOME\") AS (SELECT 1)) FROM (SELECT 1",
           "SELECT COLUMNS('.*') FROM lake.\"S\".\"U\"",
           "SELECT COLUMNS(lambda c: getenv(c)) FROM lake.\"S\".\"U\"",
           "SELECT \"in\"(1)",
           "SELECT current_user",
           "SELECT current_catalog, session_user",
           "SELECT * FROM firn_scan('scan-2')",
           "SELECT * FROM firn_scan('scan-1', 'x')",
           "SELECT * FROM firn_scan('scan-' || '1')",
           "SELECT * FROM firn_scan(\"scan-1\")",
           "SELECT * FROM FIRN_SCAN('SCAN-1')",
           "SELECT * FROM main.firn_scan('scan-1')",
           "INSERT INTO lake.\"S\".\"U\" SELECT getenv('x')",
           "UPDATE lake.\"S\".\"U\" SET \"a\" = getenv('x')",
           "SELECT * FROM lake.\"S\".\"U\" ORDER BY getenv('x')",
           "SELECT 1 LIMIT (SELECT getenv('x'))",
       }) {
    CHECK_FALSE_MESSAGE(Passes(sql), sql);
  }
  const auto status = CheckFunctions("SELECT getenv('HOME')");
  REQUIRE_FALSE(status);
  CHECK(status.error().sql_number == 2140);
  CHECK(status.error().message == "SQL compilation error:\nUnknown function GETENV.");
}

TEST_CASE("guard: statements that are no query or change of rows are refused") {
  for (const auto* sql : {
           "",
           ";",
           "SELECT 1; SELECT 2",
           "SELECT 1;;",
           "SELECT 1; ATTACH 'x'",
           "ATTACH 'x.db'",
           "DETACH lake",
           "COPY (SELECT 1) TO '/tmp/x'",
           "COPY t FROM 'x'",
           "INSTALL httpfs",
           "LOAD httpfs",
           "SET threads = 1",
           "RESET threads",
           "PRAGMA version",
           "CALL pragma_version()",
           "CREATE TABLE x (a INT)",
           "DROP TABLE x",
           "ALTER TABLE x ADD COLUMN y INT",
           "EXPORT DATABASE 'x'",
           "UPDATE EXTENSIONS",
           "UPDATE EXTENSIONS (httpfs)",
           "TABLE t",
           "DESCRIBE t",
           "SHOW TABLES",
           "SUMMARIZE t",
           "EXPLAIN SELECT 1",
           "PIVOT t ON a USING count(*)",
           "USE lake",
           "VACUUM",
           "CHECKPOINT",
           "EXECUTE x",
           "PREPARE x AS SELECT 1",
           "BEGIN",
           "SELECT * FROM (SHOW TABLES)",
           "SELECT * FROM (DESCRIBE t)",
           "SELECT * FROM (SUMMARIZE 'x.csv')",
           "SELECT * FROM (\n PIVOT t ON a)",
           "SELECT * FROM (TABLE t)",
           "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
           "WITH a AS (SELECT 1) COPY a TO 'x'",
           "WITH a AS (SELECT 1)",
           "SELECT (1",
           "SELECT 1)",
       }) {
    CHECK_FALSE_MESSAGE(Passes(sql), sql);
  }
}

TEST_CASE("guard: what DuckDB may read otherwise than the guard is refused") {
  const std::string nul("SELECT 1\0; ATTACH 'x'", 21);
  CHECK_FALSE(Passes(nul));
  for (const auto* sql : {
           "SELECT 1 -- x",
           "SELECT /* x */ 1",
           "SELECT upper/**/('x')",
           "SELECT E'\\'' || getenv('x') || '\\''",
           "SELECT e'x'",
           "SELECT U&'x'",
           "SELECT U&\"x\"",
           "SELECT x'41'",
           "SELECT $$x$$",
           "SELECT $a$ x $a$",
           "SELECT $a",
           "SELECT 'x",
           "SELECT \"x",
           "SELECT \"\"",
           "SELECT `a`",
           "SELECT \\",
           "SELECT * FROM (\u00a0SHOW TABLES)",
           "SELECT\u20031",
           "SELECT \x01 1",
           "SELECT 'a''b'\"c\"",
       }) {
    CHECK_FALSE_MESSAGE(Passes(sql), sql);
  }
}

TEST_CASE("guard: only the bound tables stand in the place of tables") {
  for (const auto* sql : {
           "SELECT * FROM 'x.csv'",
           "SELECT * FROM \"x.csv\"",
           "SELECT * FROM lake.\"S\".\"U\", 'x.csv'",
           "SELECT * FROM lake.\"S\".\"U\" JOIN 'x.csv' ON TRUE",
           "FROM 'x.csv'",
           "FROM ('x.csv')",
           "FROM $1",
           "SELECT EXISTS (FROM 'x.csv')",
           "SELECT array(FROM 'x.csv')",
           "SELECT * FROM duckdb_tables",
           "SELECT * FROM sqlite_master",
           "SELECT * FROM pg_catalog.pg_tables",
           "SELECT * FROM information_schema.tables",
           "SELECT * FROM lake.information_schema.tables",
           "SELECT * FROM lake.\"S\".\"U\" AS \"a\", duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\" AS set, duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\" set, duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\" values, duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\" AS \"a\"(\"where\"), duckdb_views",
           "SELECT * FROM (lake.\"S\".\"U\" JOIN duckdb_views ON TRUE)",
           "SELECT * FROM ((duckdb_views CROSS JOIN lake.\"S\".\"U\"))",
           "SELECT * FROM range(3), duckdb_views",
           "SELECT * FROM (VALUES (1)) AS \"a\", duckdb_views",
           "SELECT * FROM VALUES (1) AS \"a\", duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\" ASOF JOIN duckdb_views ON TRUE",
           "SELECT * FROM lake.\"S\".\"U\" POSITIONAL JOIN duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\", LATERAL duckdb_views",
           "SELECT * FROM a: duckdb_views",
           "SELECT * FROM lake.\"S\".\"U\" WHERE EXISTS (SELECT 1 FROM duckdb_views)",
           "SELECT (SELECT max(\"sql\") FROM duckdb_views)",
           "SELECT 1 UNION SELECT \"sql\" FROM duckdb_views",
           "SELECT 1 IS DISTINCT FROM 1 FROM duckdb_views",
           "SELECT DISTINCT FROM duckdb_views",
           "SELECT trim(BOTH (SELECT \"sql\" FROM duckdb_views) FROM 'x')",
           "SELECT * FROM (WITH duckdb_views AS (SELECT 1) SELECT 1) AS \"a\", duckdb_views",
           "WITH \"DuckDB_Views\" AS (SELECT 1) SELECT * FROM duckdb_views",
           "SELECT * FROM lake.\"S\".\"V\"",
           "SELECT * FROM LAKE.\"S\".\"U\"",
           "SELECT * FROM \"S\".\"U\"",
           "SELECT * FROM \"U\"",
           "INSERT INTO lake.\"S\".\"V\" SELECT 1",
           "INSERT INTO lake.\"S\".\"V\" (\"a\") SELECT 1",
           "WITH \"V\" AS (SELECT 1) INSERT INTO \"V\" SELECT 1",
           "UPDATE \"V\" SET \"a\" = 1",
           "DELETE FROM lake.\"S\".\"V\"",
           "WITH \"V\" AS (SELECT 1) DELETE FROM \"V\"",
           "DELETE FROM lake.\"S\".\"U\" USING duckdb_views",
           "DELETE FROM lake.\"S\".\"U\" USING lake.\"S\".\"U\" AS \"a\", duckdb_views",
           "DELETE FROM lake.\"S\".\"U\" USING (duckdb_views CROSS JOIN lake.\"S\".\"U\")",
           "MERGE INTO \"V\" USING lake.\"S\".\"U\" ON TRUE WHEN MATCHED THEN DELETE",
           "MERGE INTO lake.\"S\".\"U\" USING duckdb_views ON TRUE WHEN MATCHED THEN DELETE",
           "SELECT * FROM lake.\"S\".\"U\" UNION TABLE duckdb_views",
       }) {
    CHECK_FALSE_MESSAGE(Passes(sql), sql);
  }
  const auto status = CheckRelations("SELECT * FROM \"secret\".\"x\"", kAllowed);
  REQUIRE_FALSE(status);
  CHECK(status.error().sql_number == 2003);
  CHECK(status.error().message ==
        "SQL compilation error:\nObject 'secret.x' does not exist or not authorized.");
}

TEST_CASE("guard: the verb is read behind a WITH clause, whatever its names are") {
  const std::pair<std::string_view, Verb> cases[] = {
      {"SELECT 1", Verb::kQuery},
      {"(SELECT 1)", Verb::kQuery},
      {"FROM x", Verb::kQuery},
      {"VALUES (1)", Verb::kQuery},
      {"WITH a AS (SELECT 1) SELECT 1", Verb::kQuery},
      {"WITH values AS (SELECT 1) DELETE FROM t", Verb::kDelete},
      {"WITH a(x) AS NOT MATERIALIZED (SELECT 1), b AS (SELECT 2) INSERT INTO t SELECT 1",
       Verb::kInsert},
      {"WITH RECURSIVE a(n) USING KEY (n) AS (SELECT 1) UPDATE \"t\" SET a = 1", Verb::kUpdate},
      {"MERGE INTO t USING s ON TRUE WHEN MATCHED THEN DELETE", Verb::kMerge},
  };
  for (const auto& [sql, verb] : cases) {
    const auto read = StatementVerb(sql);
    CAPTURE(sql);
    REQUIRE(read);
    CHECK(*read == verb);
  }
}

TEST_CASE("guard: a text that does something else than was asked is refused") {
  const std::string t = R"("lake"."FIRN.PUBLIC"."T")";
  CHECK(CheckChange("SELECT 1", Verb::kQuery, ""));
  CHECK(CheckChange("UPDATE " + t + R"( AS "T" SET "A" = 1)", Verb::kUpdate, t));
  CHECK(CheckChange("DELETE FROM " + t + R"( AS "T" USING lake."S"."U")", Verb::kDelete, t));
  CHECK(CheckChange("MERGE INTO " + t + R"( USING lake."S"."U" ON TRUE WHEN MATCHED THEN DELETE)",
                    Verb::kMerge, t));
  for (const auto verb : {Verb::kQuery, Verb::kUpdate, Verb::kMerge, Verb::kInsert}) {
    CHECK_FALSE(CheckChange("DELETE FROM " + t, verb, t));
  }
  CHECK_FALSE(CheckChange("SELECT 1", Verb::kUpdate, t));
  CHECK_FALSE(CheckChange(R"(UPDATE "lake"."S"."U" SET "A" = 1)", Verb::kUpdate, t));
  CHECK_FALSE(CheckChange(R"(DELETE FROM "lake"."S"."U" USING )" + t, Verb::kDelete, t));
  CHECK_FALSE(CheckChange(R"(UPDATE "T" SET "A" = 1)", Verb::kUpdate, ""));
}

TEST_CASE("guard: each action of a MERGE is a change of its own") {
  using Made = std::vector<Verb>;
  CHECK(*ChangesMade("SELECT 1") == Made{});
  CHECK(*ChangesMade("DELETE FROM t") == Made{Verb::kDelete});
  CHECK(*ChangesMade("MERGE INTO t USING s ON TRUE WHEN MATCHED THEN UPDATE SET a = 1") ==
        Made{Verb::kUpdate});
  CHECK(*ChangesMade("MERGE INTO t USING s ON TRUE WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN "
                     "INSERT (a) VALUES (1)") == Made{Verb::kInsert, Verb::kDelete});
}

TEST_CASE("guard: touched tables are compared whatever their quoting, and case counts") {
  CHECK(CheckTables({}, {}));
  CHECK(CheckTables({R"(lake."FIRN.PUBLIC".T)", R"("lake"."S"."U")"}, kAllowed));
  CHECK_FALSE(CheckTables({R"(lake."FIRN.PUBLIC".t)"}, kAllowed));
  CHECK_FALSE(CheckTables({R"("lake.FIRN.PUBLIC.T")"}, kAllowed));
  CHECK_FALSE(CheckTables({R"("x.csv")"}, kAllowed));
  CHECK_FALSE(CheckTables({""}, {""}));
  CHECK_FALSE(CheckTables({"a b"}, {"a b"}));
}

}  // namespace
}  // namespace firn::sql
