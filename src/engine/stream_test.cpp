#include "engine/stream.hpp"

#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

namespace {

std::int64_t ResidentMegabytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t pages = 0;
  std::int64_t resident = 0;
  statm >> pages >> resident;
  return resident * 4096 >> 20;
}

}  // namespace

TEST_CASE("stream: a result of 10 million rows is never held as a whole") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  auto stream = *connection->Query(
      "SELECT range AS a, range * 2 AS b, 'text that is long enough to be kept apart' AS c "
      "FROM range(10000000)");
  const auto before = ResidentMegabytes();
  std::int64_t rows = 0;
  while (const auto batch = *stream->Next()) rows += batch->num_rows();
  CHECK(rows == 10'000'000);
  CHECK(ResidentMegabytes() - before < 100);
}

TEST_CASE("stream: an empty result has its columns and no batch") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  auto stream = *connection->Query("SELECT 1 AS a, 'x' AS \"b c\" WHERE false");
  CHECK(stream->columns()[1].name == "b c");
  CHECK(stream->schema()->field(0)->name() == "a");
  CHECK(*stream->Next() == nullptr);
  CHECK(*stream->Next() == nullptr);
}

TEST_CASE("stream: text is plain utf8 and a late error comes out of Next") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  auto stream = *connection->Query(
      "SELECT range::VARCHAR AS a, CASE WHEN range > 900000 THEN error('FIRN:100051:22012:late') "
      "END "
      "FROM range(1000000)");
  CHECK(stream->schema()->field(0)->type()->id() == arrow::Type::STRING);
  const auto error = [&] {
    while (true) {
      auto batch = stream->Next();
      if (!batch) return batch.error();
      REQUIRE(*batch != nullptr);
    }
  }();
  CHECK(error.sql_number == 100051);
  CHECK(Rows(*connection, "SELECT 1") == std::vector<std::string>{"1"});
}

TEST_CASE("stream: it can end early, and the connection goes on") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  {
    auto stream = *connection->Query("SELECT range FROM range(100000000)");
    CHECK(*stream->Next() != nullptr);
  }
  CHECK(Rows(*connection, "SELECT 2") == std::vector<std::string>{"2"});
}

TEST_CASE("connection: Interrupt ends the running statement, whenever it comes") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  Run(*connection, {"CREATE TABLE lake.t (a BIGINT)"});
  connection->Interrupt();  // idle: no effect
  CHECK(Rows(*connection, "SELECT 1") == std::vector<std::string>{"1"});
  const std::string endless =
      "SELECT sum(a.range * b.range)::BIGINT FROM range(10000000) a, range(1000000) b";
  for (const auto& sql : {endless, "INSERT INTO lake.t " + endless}) {
    std::atomic<bool> ended{false};
    std::jthread killer([&] {
      while (!ended) {
        connection->Interrupt();
        std::this_thread::yield();
      }
    });
    const auto error = Failure(*connection, sql);
    ended = true;
    CHECK(error.code == Code::kCancelled);
    CHECK(error.sql_number == 604);
    CHECK_FALSE(connection->in_transaction());
  }
  CHECK(Rows(*connection, "SELECT count(*) FROM lake.t") == std::vector<std::string>{"0"});
}
