#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;
using std::chrono::milliseconds;

namespace {

constexpr const char* kTable = "\"lake\".\"FIRN.PUBLIC\".\"T\"";

std::size_t DataFiles(const TestLake& lake) {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(lake.settings().lake_dir / "data")) {
    count += entry.is_regular_file();
  }
  return count;
}

std::unique_ptr<Connection> WithTable(TestLake& lake, int rows) {
  auto connection = *lake.engine().Connect();
  Run(*connection, {"CREATE SCHEMA \"lake\".\"FIRN.PUBLIC\"",
                    std::string("CREATE TABLE ") + kTable + " AS SELECT range AS n FROM range(" +
                        std::to_string(rows) + ")"});
  return connection;
}

}  // namespace

TEST_CASE("lake: what was dropped is kept for its time, and then gives its files back") {
  TestLake lake;
  const auto connection = WithTable(lake, 1000);
  Run(*connection, {std::string("DROP TABLE ") + kTable});
  const auto kept = lake.engine().Forget(std::chrono::hours(24));
  REQUIRE(kept);
  CHECK(kept->snapshots == 0);
  CHECK(DataFiles(lake) == 1);
  const auto freed = lake.engine().Forget(milliseconds(0));
  REQUIRE(freed);
  CHECK(freed->snapshots > 0);
  CHECK(freed->files == 1);
  CHECK(freed->bytes > 0);
  CHECK(DataFiles(lake) == 0);
  CHECK(lake.engine().Forget(milliseconds(0))->snapshots == 0);
}

TEST_CASE("lake: a table of which all rows were deleted gives its files back") {
  TestLake lake;
  const auto connection = WithTable(lake, 1000);
  Run(*connection, {std::string("DELETE FROM ") + kTable});
  REQUIRE(lake.engine().Forget(milliseconds(0)));
  CHECK(DataFiles(lake) == 0);
  CHECK(Rows(*connection, std::string("SELECT count(*) FROM ") + kTable) ==
        std::vector<std::string>{"0"});
}

TEST_CASE("lake: an open query and an open transaction keep their files") {
  TestLake lake;
  const auto connection = WithTable(lake, 300'000);
  const auto select = std::string("SELECT n FROM ") + kTable;
  auto reader = *lake.engine().Connect();
  auto stream = *reader->Query(select);
  REQUIRE(*stream->Next());
  auto holder = *lake.engine().Connect();
  REQUIRE(holder->Begin());
  CHECK(Rows(*holder, std::string("SELECT count(*) FROM ") + kTable) ==
        std::vector<std::string>{"300000"});
  Run(*connection, {std::string("DROP TABLE ") + kTable});
  for (int i = 0; i < 3; ++i) REQUIRE(lake.engine().Forget(milliseconds(0)));
  CHECK(DataFiles(lake) == 1);
  std::int64_t more = 0;
  while (true) {
    const auto batch = stream->Next();
    REQUIRE(batch);
    if (!*batch) break;
    ++more;
  }
  CHECK(more > 10);
  stream.reset();
  for (int i = 0; i < 3; ++i) REQUIRE(lake.engine().Forget(milliseconds(0)));
  CHECK(DataFiles(lake) == 1);
  CHECK(Rows(*holder, std::string("SELECT max(n) FROM ") + kTable) ==
        std::vector<std::string>{"299999"});
  REQUIRE(holder->Rollback());
  for (int i = 0; i < 2; ++i) REQUIRE(lake.engine().Forget(milliseconds(0)));
  CHECK(DataFiles(lake) == 0);
}

TEST_CASE("lake: a transaction finds the conflict with what was committed before an expiry") {
  TestLake lake;
  const auto connection = WithTable(lake, 1000);
  auto slow = *lake.engine().Connect();
  REQUIRE(slow->Begin());
  Run(*slow, {std::string("DELETE FROM ") + kTable + " WHERE n < 10"});
  Run(*connection, {std::string("DELETE FROM ") + kTable + " WHERE n < 20",
                    std::string("INSERT INTO ") + kTable + " VALUES (-1)"});
  for (int i = 0; i < 3; ++i) REQUIRE(lake.engine().Forget(milliseconds(0)));
  CHECK_FALSE(slow->Commit());
  CHECK(Rows(*connection, std::string("SELECT count(*) FROM ") + kTable) ==
        std::vector<std::string>{"981"});
}

TEST_CASE("lake: expiry goes on beside writers, makers and readers, who notice nothing") {
  TestLake lake;
  WithTable(lake, 1000);
  std::mutex mutex;
  std::vector<std::string> failures;
  const auto check = [&](const char* what, const auto& done) {
    const std::lock_guard lock(mutex);
    if (!done) failures.push_back(std::string(what) + ": " + done.error().message);
  };
  std::atomic<bool> stop{false};
  std::int64_t snapshots = 0;
  std::int64_t files = 0;
  std::vector<std::jthread> busy;
  for (int number = 0; number < 4; ++number) {
    busy.emplace_back([&, number] {
      auto connection = *lake.engine().Connect();
      const auto mine = "\"lake\".\"FIRN.PUBLIC\".\"M" + std::to_string(number) + "\"";
      const std::string table = kTable;
      for (int i = 0; i < 15; ++i) {
        check("begin", connection->Begin());
        check("create", connection->Execute("CREATE TABLE " + mine + " (n BIGINT)"));
        check("fill", connection->Execute("INSERT INTO " + mine + " SELECT range FROM range(99)"));
        check("commit", connection->Commit());
        check("insert",
              connection->Execute("INSERT INTO " + table + " SELECT range FROM range(99)"));
        const auto read = connection->Query("SELECT sum(n) FROM " + table);
        check("query", read);
        if (read) check("read", (*read)->Next());
        check("drop", connection->Execute("DROP TABLE " + mine));
      }
    });
  }
  std::jthread keeper([&] {
    while (!stop) {
      const auto freed = lake.engine().Forget(milliseconds(0));
      check("forget", freed);
      check("sweep", lake.engine().SweepOrphans());
      if (freed) snapshots += freed->snapshots;
      if (freed) files += freed->files;
    }
  });
  busy.clear();
  stop = true;
  keeper.join();
  CHECK(failures == std::vector<std::string>{});
  CHECK(snapshots > 0);
  CHECK(files > 0);
  const auto connection = *lake.engine().Connect();
  CHECK(Rows(*connection, std::string("SELECT count(n + 0), sum(n) FROM ") + kTable) ==
        std::vector<std::string>{std::to_string(1000 + 4 * 15 * 99) + "|" +
                                 std::to_string(499'500 + 4 * 15 * 98 * 99 / 2)});
  REQUIRE(lake.engine().Forget(milliseconds(0)));
  REQUIRE(lake.engine().Forget(milliseconds(0)));
  CHECK(DataFiles(lake) == 1 + 4 * 15);
}

TEST_CASE("lake: a file that a failed statement left goes with the second sweep") {
  TestLake lake;
  const auto connection = WithTable(lake, 1000);
  CHECK(*lake.engine().SweepOrphans() == 0);
  const auto left = lake.settings().lake_dir / "data" / "ducklake-left.parquet";
  std::filesystem::copy_file("/proc/self/cmdline", left);
  CHECK(*lake.engine().SweepOrphans() == 0);  // perhaps of a transaction under way
  CHECK(*lake.engine().SweepOrphans() == 1);
  CHECK(DataFiles(lake) == 1);
}
