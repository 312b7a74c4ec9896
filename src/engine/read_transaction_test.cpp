#include <arrow/record_batch.h>
#include <doctest/doctest.h>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

namespace {

constexpr const char* kMany = "SELECT x.a FROM \"lake\".main.t x, range(1000000)";

/// A lake with a table of one row, and a connection to it.
struct Fixture {
  Fixture() {
    Run(*connection,
        {"CREATE TABLE \"lake\".main.t (a INTEGER)", "INSERT INTO \"lake\".main.t VALUES (1)"});
  }
  TestLake lake;
  std::unique_ptr<Connection> connection = *lake.engine().Connect();
};

}  // namespace

TEST_CASE("read transaction: each query of a lake's table sees what was committed before it") {
  Fixture fixture;
  const auto other = *fixture.lake.engine().Connect();
  CHECK(Rows(*fixture.connection, "SELECT a FROM \"lake\".main.t") ==
        std::vector<std::string>{"1"});
  Run(*other, {"UPDATE \"lake\".main.t SET a = 2"});
  CHECK(Rows(*fixture.connection, "SELECT a FROM \"lake\".main.t") ==
        std::vector<std::string>{"2"});
  CHECK_FALSE(fixture.connection->in_transaction());
}

TEST_CASE("read transaction: a stream that is read in part is in the way of nothing") {
  Fixture fixture;
  auto& connection = *fixture.connection;
  auto stream = *connection.Query(kMany);
  REQUIRE(*stream->Next() != nullptr);
  Run(connection, {"INSERT INTO \"lake\".main.t VALUES (3)"});
  stream = *connection.Query(kMany);
  REQUIRE(*stream->Next() != nullptr);
  REQUIRE(connection.Begin());
  Run(connection, {"INSERT INTO \"lake\".main.t VALUES (4)"});
  stream.reset();
  CHECK(connection.in_transaction());
  REQUIRE(connection.Rollback());
  CHECK(Rows(connection, "SELECT count(*) FROM \"lake\".main.t") == std::vector<std::string>{"2"});
}

TEST_CASE("read transaction: what fails early or late leaves the connection usable") {
  Fixture fixture;
  auto& connection = *fixture.connection;
  CHECK(Failure(connection, "SELECT nothing FROM \"lake\".main.t").code == Code::kInvalid);
  CHECK(
      Failure(connection, "SELECT error('FIRN:100051:22012:x') FROM \"lake\".main.t").sql_number ==
      100051);
  auto stream = *connection.Query(
      "SELECT CASE WHEN range > 900000 THEN error('FIRN:100051:22012:late') END "
      "FROM \"lake\".main.t, range(1000000)");
  while (true) {
    const auto batch = stream->Next();
    if (!batch) {
      CHECK(batch.error().sql_number == 100051);
      break;
    }
    REQUIRE(*batch != nullptr);
  }
  Run(connection, {"INSERT INTO \"lake\".main.t VALUES (5)"});
  CHECK(Rows(connection, "SELECT sum(a) FROM \"lake\".main.t") == std::vector<std::string>{"6"});
}

TEST_CASE("connection: a time zone that is refused is not taken for set") {
  Fixture fixture;
  auto& connection = *fixture.connection;
  const auto zone = "SELECT current_setting('TimeZone')";
  REQUIRE(connection.SetTimeZone("Europe/Berlin"));
  REQUIRE(connection.SetTimeZone("Europe/Berlin"));
  CHECK(Rows(connection, zone) == std::vector<std::string>{"Europe/Berlin"});
  CHECK_FALSE(connection.SetTimeZone("No/Where"));
  REQUIRE(connection.SetTimeZone("Europe/Berlin"));
  CHECK(Rows(connection, zone) == std::vector<std::string>{"Europe/Berlin"});
}
