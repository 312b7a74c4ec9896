#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

TEST_CASE("connection: eight writers of one table all succeed, in files and inlined") {
  TestLake lake;
  Run(**lake.engine().Connect(), {"CREATE TABLE lake.t (writer INT, n BIGINT)"});
  constexpr int kWriters = 8;
  constexpr int kInserts = 20;
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, w] {
        auto connection = *lake.engine().Connect();
        for (int i = 0; i < kInserts; ++i) {
          const auto rows = i % 10 == 0 ? 100 : 1;
          const auto done = connection->Execute(
              "INSERT INTO lake.t SELECT ?, range FROM range(" + std::to_string(rows) + ")",
              {std::int64_t{w}});
          if (!done || *done != rows) ++failures;
        }
      });
    }
  }
  CHECK(failures == 0);
  auto connection = *lake.engine().Connect();
  CHECK(Rows(*connection, "SELECT count(*), count(DISTINCT writer) FROM lake.t") ==
        std::vector<std::string>{std::to_string(kWriters * (2 * 100 + 18)) + "|8"});
}

TEST_CASE("engine: a backup made while writers write opens with a consistent state") {
  TestLake lake;
  auto writer = *lake.engine().Connect();
  Run(*writer,
      {"CREATE SCHEMA lake.\"FIRN.PUBLIC\"", "CREATE TABLE lake.\"FIRN.PUBLIC\".\"T\" (a BIGINT)",
       "INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" SELECT range FROM range(1000)",
       "DELETE FROM lake.\"FIRN.PUBLIC\".\"T\" WHERE a < 500"});
  std::atomic<bool> stop{false};
  std::jthread busy([&] {
    auto connection = *lake.engine().Connect();
    while (!stop) {  // each commit adds 20 rows, inlined and in a file
      (void)connection->Begin();
      (void)connection->Execute("INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" VALUES (-1)");
      (void)connection->Execute(
          "INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" SELECT range FROM range(19)");
      (void)connection->Commit();
    }
  });
  const auto folder = lake.folder() / "backup";
  const auto saved = lake.engine().Backup(folder);
  stop = true;
  busy.join();
  REQUIRE_MESSAGE(saved, (saved ? "" : saved.error().message));
  CHECK(lake.engine().Backup(folder).error().code == Code::kExists);
  CHECK(lake.engine().Checkpoint());
  auto settings = lake.settings();
  settings.lake_dir = folder;
  auto copy = *Engine::Open(settings);
  auto connection = *copy->Connect();
  CHECK(Rows(*connection, "SELECT (count(*) - 500) % 20 FROM lake.\"FIRN.PUBLIC\".\"T\"") ==
        std::vector<std::string>{"0"});
}

TEST_CASE("engine: the sweep deletes what no snapshot names and nothing else") {
  TestLake lake;
  {
    auto connection = *lake.engine().Connect();
    Run(*connection,
        {"CREATE SCHEMA lake.\"FIRN.PUBLIC\"",
         "CREATE TABLE lake.\"FIRN.PUBLIC\".\"T\" AS SELECT range AS a FROM range(1000)",
         "DELETE FROM lake.\"FIRN.PUBLIC\".\"T\" WHERE a < 500"});
  }
  const auto data = lake.settings().lake_dir / "data";
  const auto orphan = data / "ducklake-orphan.parquet";
  std::filesystem::copy_file("/proc/self/cmdline", orphan);
  CHECK(*lake.engine().SweepOrphans() == 0);  // younger than this engine
  lake.Reopen();
  auto connection = *lake.engine().Connect();
  REQUIRE(connection->Begin());
  Run(*connection, {"INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" SELECT range FROM range(300)"});
  CHECK(*lake.engine().SweepOrphans() == 1);
  CHECK_FALSE(std::filesystem::exists(orphan));
  REQUIRE(connection->Commit());
  CHECK(Rows(*connection, "SELECT count(*) FROM lake.\"FIRN.PUBLIC\".\"T\"") ==
        std::vector<std::string>{"800"});
  CHECK(*lake.engine().SweepOrphans() == 0);
}
