#include "engine/engine.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

TEST_CASE("engine: committed rows are there after a reopen, inlined ones and those in files") {
  TestLake lake;
  {
    auto connection = *lake.engine().Connect();
    Run(*connection,
        {"CREATE SCHEMA lake.\"FIRN.PUBLIC\"", "CREATE TABLE lake.\"FIRN.PUBLIC\".\"T\" (a INT)"});
    CHECK(*connection->Execute("INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" VALUES (1)") == 1);
    CHECK(*connection->Execute(
              "INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" SELECT range FROM range(5000)") == 5000);
    CHECK(*connection->Execute("DELETE FROM lake.\"FIRN.PUBLIC\".\"T\" WHERE a < 10") == 11);
  }
  lake.Reopen();
  auto connection = *lake.engine().Connect();
  CHECK(Rows(*connection, "SELECT count(*) FROM lake.\"FIRN.PUBLIC\".\"T\"") ==
        std::vector<std::string>{"4990"});
  CHECK(lake.engine().MemoryUsedBytes() >= 0);
}

TEST_CASE("engine: a lake whose folder has moved opens with its data") {
  TestLake lake;
  {
    auto connection = *lake.engine().Connect();
    Run(*connection, {"CREATE TABLE lake.t AS SELECT range AS a FROM range(5000)"});
  }
  lake.Close();
  auto moved = lake.settings();
  moved.lake_dir = lake.folder() / "elsewhere";
  std::filesystem::rename(lake.settings().lake_dir, moved.lake_dir);
  auto opened = *Engine::Open(moved);
  auto connection = *opened->Connect();
  CHECK(Rows(*connection, "SELECT sum(a)::BIGINT FROM lake.t") ==
        std::vector<std::string>{"12497500"});
}

TEST_CASE("engine: a lake in use is refused with a sentence, by another process too") {
  TestLake lake;
  const auto refusal = [&] {
    const auto again = Engine::Open(lake.settings());
    return !again && again.error().code == Code::kUnavailable &&
           again.error().message.find("in use by another process") != std::string::npos;
  };
  CHECK(refusal());
  const pid_t child = fork();
  if (child == 0) _exit(refusal() ? 0 : 1);
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("engine: SQL reaches no file, no extension and no setting") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  std::ofstream(lake.folder() / "outside.csv") << "1,2\n";
  const auto outside = (lake.folder() / "outside").string();
  const std::vector<std::string> refused = {
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_csv('" + outside + ".csv')",
      "SELECT * FROM '" + outside + ".csv'",
      "SELECT * FROM read_text('~/.bashrc')",
      "SELECT * FROM read_csv('" + lake.settings().lake_dir.string() + "/data/../../outside.csv')",
      "SELECT * FROM glob('/etc/*')",
      "SELECT * FROM parquet_metadata('" + outside + "')",
      "COPY (SELECT 1) TO '" + outside + ".out'",
      "COPY (SELECT 1) TO '" + lake.settings().lake_dir.string() + "/data/x.csv'",
      "ATTACH '" + outside + ".db' AS other",
      "ATTACH ':memory:' AS other",
      "DETACH lake",
      "USE lake",
      "INSTALL httpfs",
      "LOAD '" + (lake.settings().extension_dir / "sqlite_scanner.duckdb_extension").string() + "'",
      "LOAD icu",
      "PRAGMA threads = 1",
      "SET threads = 1",
      "SET GLOBAL TimeZone = 'UTC'",
      "SET allowed_directories = ['/']",
      "SET enable_external_access = true",
      "RESET lock_configuration",
      "SET VARIABLE x = 1",
      "CALL lake.set_option('parquet_version', '1')",
      "CALL pragma_version()",
      "EXPORT DATABASE '" + outside + "'",
      "IMPORT DATABASE '/etc'",
      "CHECKPOINT",
      "VACUUM",
      "PREPARE p AS SELECT 1",
      "BEGIN",
      "COMMIT",
      "EXPLAIN ANALYZE SELECT 1",
      "SELECT getenv('HOME')",
      "CREATE SECRET s (TYPE s3)",
      "SELECT 1; SELECT 2",
      "",
  };
  for (const auto& sql : refused) {
    CAPTURE(sql);
    auto error = Failure(*connection, sql);
    CHECK(error.sql_number != 0);
    CHECK(error.message.find(lake.folder().string()) == std::string::npos);
    const auto done = connection->Execute(sql);
    CHECK_FALSE(done);
  }
  CHECK_FALSE(std::filesystem::exists(outside + ".out"));
  CHECK(Rows(*connection, "SELECT 1") == std::vector<std::string>{"1"});
}

TEST_CASE("connection: the time zone belongs to one connection") {
  TestLake lake;
  auto here = *lake.engine().Connect();
  auto there = *lake.engine().Connect();
  REQUIRE(here->SetTimeZone("Asia/Tokyo"));
  REQUIRE(there->SetTimeZone("America/New_York"));
  const std::string sql = "SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00'::VARCHAR";
  CHECK(Rows(*here, sql) == std::vector<std::string>{"2024-01-01 09:00:00+09"});
  CHECK(Rows(*there, sql) == std::vector<std::string>{"2023-12-31 19:00:00-05"});
  CHECK_FALSE(here->SetTimeZone("Mars/Olympus"));
}

TEST_CASE("connection: parameters are bound, not pasted") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  auto stream =
      *connection->Query("SELECT ? AS a, $2::BIGINT + 1, ?::DOUBLE, ?, ?",
                         {std::string("'; DROP"), std::int64_t{41}, 2.5, true, std::monostate{}});
  CHECK(stream->columns().size() == 5);
  CHECK_FALSE(connection->Query("SELECT ?", {}));
}

TEST_CASE("connection: Describe tells columns and types, and runs nothing") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  const auto columns = *connection->Describe(
      "SELECT 1::DECIMAL(10,2) AS \"d\", '{}'::JSON AS j, "
      "{'firn_utc': TIMESTAMP_NS '2024-01-01', 'firn_offset_min': 1::SMALLINT} AS z, "
      "error('ran') AS e");
  REQUIRE(columns.size() == 4);
  CHECK(columns[0].name == "d");
  CHECK(columns[0].type.kind == TypeKind::kDecimal);
  CHECK(columns[0].type.precision == 10);
  CHECK(columns[0].type.scale == 2);
  CHECK(columns[1].type.kind == TypeKind::kJson);
  CHECK(columns[1].type.alias == "JSON");
  CHECK(columns[2].type.field_names == std::vector<std::string>{"firn_utc", "firn_offset_min"});
}

TEST_CASE("connection: an open transaction is private until it commits, and can be undone") {
  TestLake lake;
  auto writer = *lake.engine().Connect();
  auto reader = *lake.engine().Connect();
  Run(*writer, {"CREATE TABLE lake.t (a INT)"});
  REQUIRE(writer->Begin());
  Run(*writer, {"INSERT INTO lake.t SELECT range FROM range(100)"});
  CHECK(writer->in_transaction());
  CHECK(Rows(*reader, "SELECT count(*) FROM lake.t") == std::vector<std::string>{"0"});
  REQUIRE(writer->Commit());
  CHECK(Rows(*reader, "SELECT count(*) FROM lake.t") == std::vector<std::string>{"100"});
  REQUIRE(writer->Begin());
  Run(*writer, {"DELETE FROM lake.t"});
  REQUIRE(writer->Rollback());
  CHECK_FALSE(writer->in_transaction());
  CHECK(Rows(*reader, "SELECT count(*) FROM lake.t") == std::vector<std::string>{"100"});
}

TEST_CASE("connection: the loser of two updates of one row is told to run again") {
  TestLake lake;
  auto first = *lake.engine().Connect();
  auto second = *lake.engine().Connect();
  Run(*first, {"CREATE TABLE lake.t AS SELECT range AS a FROM range(100)"});
  REQUIRE(first->Begin());
  REQUIRE(second->Begin());
  Run(*first, {"DELETE FROM lake.t WHERE a = 1"});
  Run(*second, {"DELETE FROM lake.t WHERE a = 1"});
  REQUIRE(first->Commit());
  const auto lost = second->Commit();
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == Code::kConflict);
  CHECK(lost.error().sql_number == 625);
  CHECK(Rows(*second, "SELECT count(*) FROM lake.t") == std::vector<std::string>{"99"});
}
