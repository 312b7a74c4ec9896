#include "engine/table_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

TEST_CASE("connection: TableNames tells every table of a query and of a change") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  Run(*connection,
      {"CREATE SCHEMA lake.\"FIRN.PUBLIC\"",
       "CREATE TABLE lake.\"FIRN.PUBLIC\".\"T\" (a INT, b VARCHAR)",
       "CREATE TABLE lake.\"FIRN.PUBLIC\".\"S\" (a INT, b VARCHAR)",
       "CREATE VIEW lake.\"FIRN.PUBLIC\".\"V\" AS SELECT * FROM lake.\"FIRN.PUBLIC\".\"S\""});
  const std::string t = "lake.\"FIRN.PUBLIC\".\"T\"";
  const std::string s = "lake.\"FIRN.PUBLIC\".\"S\"";
  const std::string v = "lake.\"FIRN.PUBLIC\".\"V\"";
  const auto t_name = "\"lake\".\"FIRN.PUBLIC\".\"T\"";
  const auto s_name = "\"lake\".\"FIRN.PUBLIC\".\"S\"";
  const std::vector<std::string> both = {
      "SELECT * FROM " + t + " WHERE a IN (SELECT a FROM " + s + ")",
      "WITH q AS (SELECT * FROM " + s + ") SELECT * FROM q, " + t,
      "SELECT * FROM " + t + " JOIN " + s + " USING (a)",
      "SELECT * FROM " + t + " AT (VERSION => 1), " + s,
      "SELECT (SELECT max(x.a) FROM " + s + " AS x) FROM (FROM " + t + ")",
      "CREATE OR REPLACE TABLE lake.n AS SELECT * FROM " + t + " UNION ALL FROM " + s,
      "INSERT INTO " + t + " SELECT * FROM " + s + ";",
      "INSERT INTO " + t + " (a) WITH q AS (SELECT a FROM " + s + ") SELECT a FROM q",
      "INSERT INTO " + t + " VALUES ((SELECT max(a) FROM " + s + "), 'x; SELECT')",
      "WITH q AS (SELECT a FROM " + s + ") DELETE FROM " + t + " WHERE a IN (SELECT a FROM q)",
      "DELETE FROM " + t + " USING " + s + " AS s WHERE s.a = T.a",
      "UPDATE " + t + " SET a = (SELECT max(a) FROM " + s + "), b = 'FROM x'",
      "UPDATE " + t + " AS x SET a = s.a FROM " + s + " AS s WHERE s.a IS DISTINCT FROM x.a",
      "MERGE INTO " + t + " AS t USING " + s +
          " AS s ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = "
          "s.b WHEN NOT MATCHED THEN INSERT (a) VALUES (s.a)",
  };
  for (const auto& sql : both) {
    CAPTURE(sql);
    auto names = connection->TableNames(sql);
    REQUIRE_MESSAGE(names, (names ? "" : names.error().message));
    std::sort(names->begin(), names->end());
    CHECK(*names == std::vector<std::string>{s_name, t_name});
  }
  CHECK(*connection->TableNames("UPDATE " + t + " SET a = 1 WHERE b = 'x'") ==
        std::vector<std::string>{t_name});
  CHECK(*connection->TableNames("SELECT 1") == std::vector<std::string>{});
  // A view is what it is called; what it reads was checked when it was made.
  CHECK(*connection->TableNames("SELECT * FROM " + v) ==
        std::vector<std::string>{"\"lake\".\"FIRN.PUBLIC\".\"V\""});
  // A CTE does not see itself, and hides nothing outside its scope.
  CHECK(*connection->TableNames("WITH q AS (SELECT * FROM q) SELECT * FROM q") ==
        std::vector<std::string>{"\"q\""});
  CHECK(*connection->TableNames("SELECT * FROM (WITH q AS (SELECT 1) FROM q) x, q") ==
        std::vector<std::string>{"\"q\""});
  CHECK(*connection->TableNames("WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r "
                                "WHERE a < 3) SELECT * FROM R") == std::vector<std::string>{});
}

TEST_CASE("connection: TableNames refuses what it cannot read") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  for (const auto* sql :
       {"SELECT * FROM a; SELECT * FROM b", "DELETE FROM a /* x */",
        "DELETE FROM a WHERE b = $$x$$", "DELETE FROM a WHERE b = E'\\''",
        "DELETE FROM a RETURNING (SELECT 1 FROM b)", "DELETE a",
        "INSERT INTO a VALUES (1) ON CONFLICT DO UPDATE SET x = (SELECT 1 FROM b)", "SELECT 'x", "",
        "MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET x = (SELECT 1 FROM c)"}) {
    CAPTURE(std::string(sql));
    CHECK_FALSE(connection->TableNames(sql));
  }
}
