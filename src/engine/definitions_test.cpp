#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

// DuckLake reads the schema of a new table again when its transaction commits, from a cache whose
// entry another connection may have replaced: a freed object, which ended the process.
TEST_CASE("connection: tables are made and dropped by eight at once, others reading") {
  TestLake lake;
  Run(**lake.engine().Connect(),
      {"CREATE SCHEMA lake.\"FIRN.PUBLIC\"", "CREATE TABLE lake.\"FIRN.PUBLIC\".\"T\" (n BIGINT)"});
  constexpr int kMakers = 6;
  constexpr int kTables = 10;
  std::atomic<int> failures{0};
  std::atomic<bool> stop{false};
  std::vector<std::jthread> others;
  for (int i = 0; i < 2; ++i) {
    others.emplace_back([&] {
      auto connection = *lake.engine().Connect();
      while (!stop) {
        failures += !connection->Execute("INSERT INTO \"lake\".\"FIRN.PUBLIC\".\"T\" VALUES (1)");
        const auto read = connection->Query("SELECT n FROM \"lake\".\"FIRN.PUBLIC\".\"T\"");
        failures += !read || !(*read)->Next();
      }
    });
  }
  {
    std::vector<std::jthread> makers;
    for (int maker = 0; maker < kMakers; ++maker) {
      makers.emplace_back([&, maker] {
        auto connection = *lake.engine().Connect();
        for (int i = 0; i < kTables; ++i) {
          const auto name = "\"lake\".\"FIRN.PUBLIC\".\"M" + std::to_string(maker) + "_" +
                            std::to_string(i) + "\"";
          failures += !connection->Begin();
          failures += !connection->Execute("CREATE TABLE " + name + " (n BIGINT)");
          failures += !connection->Execute("COMMENT ON TABLE " + name + " IS 'firn id 1'");
          failures += !connection->Execute("INSERT INTO " + name + " SELECT range FROM range(30)");
          failures += !connection->Commit();
          if (i % 2 == 1) failures += !connection->Execute("DROP TABLE " + name);
        }
      });
    }
  }
  stop = true;
  others.clear();
  CHECK(failures == 0);
  auto connection = *lake.engine().Connect();
  CHECK(Rows(*connection,
             "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake' AND "
             "table_name LIKE 'M%'") ==
        std::vector<std::string>{std::to_string(kMakers * kTables / 2)});
}
