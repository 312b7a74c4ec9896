#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <doctest/doctest.h>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

namespace {

constexpr const char* kColumns =
    "d0 DECIMAL(38,0), d10 DECIMAL(38,10), b BLOB, j JSON, t TIME, ns TIMESTAMP_NS, "
    "tz STRUCT(firn_utc TIMESTAMP_NS, firn_offset_min SMALLINT), d DATE, bo BOOLEAN, "
    "ltz TIMESTAMPTZ, f DOUBLE, i BIGINT, v VARCHAR, us TIMESTAMP";

constexpr const char* kValues =
    "(99999999999999999999999999999999999999, -1234567890123456789012345678.0123456789, "
    "'\\x00\\xFF'::BLOB, '{\"a\":[1,null]}', TIME '23:59:59.999999', "
    "TIMESTAMP_NS '2024-02-29 12:34:56.123456789', "
    "{'firn_utc': TIMESTAMP_NS '2024-01-01 00:00:00.000000001', 'firn_offset_min': -330}, "
    "DATE '0001-01-01', true, TIMESTAMPTZ '2024-06-01 12:00:00+02', 1e308, "
    "-9223372036854775808, 'snö ❄ 雪', TIMESTAMP '9999-12-31 23:59:59.999999')";

std::shared_ptr<arrow::RecordBatchReader> ReadAll(Connection& connection, const std::string& sql) {
  auto stream = *connection.Query(sql);
  arrow::RecordBatchVector batches;
  while (auto batch = *stream->Next()) batches.push_back(batch);
  auto table = *arrow::Table::FromRecordBatches(stream->schema(), batches);
  // One large batch, so that the scan has to slice it.
  auto whole = *table->CombineChunksToBatch();
  return *arrow::RecordBatchReader::Make({whole}, stream->schema());
}

/// Text of every value, the same for both ways into the table.
constexpr const char* kAsText =
    "SELECT d0::VARCHAR, d10::VARCHAR, hex(b), j::VARCHAR, t::VARCHAR, ns::VARCHAR, tz::VARCHAR, "
    "d::VARCHAR, bo::VARCHAR, epoch_us(ltz)::VARCHAR, f::VARCHAR, i::VARCHAR, v, us::VARCHAR FROM ";

}  // namespace

TEST_CASE("types: every storage type comes back exact, inlined and from Parquet") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  REQUIRE(connection->SetTimeZone("UTC"));
  const std::string nulls =
      "(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)";
  for (const std::string table : {"lake.inlined", "lake.parquet"}) {
    CAPTURE(table);
    Run(*connection, {"CREATE TABLE " + table + " (" + kColumns + ")"});
    const std::string values = "(VALUES " + std::string(kValues) + ", " + nulls + ")";
    Run(*connection, {"INSERT INTO " + table + " SELECT v.* FROM " + values + " v" +
                      (table == "lake.parquet" ? ", range(3000)" : "")});
    const auto rows = Rows(*connection, "SELECT DISTINCT " +
                                            std::string("d0, d10, b, j, t, ns, tz,"
                                                        " d, bo, ltz, f, i, v, us FROM ") +
                                            table + " WHERE i IS NOT NULL");
    REQUIRE(rows.size() == 1);
    for (const auto* part :
         {"99999999999999999999999999999999999999|", "-1234567890123456789012345678.0123456789",
          "{\"a\":[1,null]}", "23:59:59.999999", "12:34:56.123456789", "0001-01-01", "snö ❄ 雪",
          "9999-12-31 23:59:59.999999", "-330"}) {
      CHECK_MESSAGE(rows[0].find(part) != std::string::npos, part << " in " << rows[0]);
    }
    const auto columns = *connection->Describe("SELECT * FROM " + table);
    REQUIRE(columns.size() == 14);
    CHECK(columns[0].type.precision == 38);
    CHECK(columns[1].type.scale == 10);
    CHECK(columns[3].type.kind == TypeKind::kJson);
    CHECK(columns[5].type.kind == TypeKind::kTimestampNs);
    CHECK(columns[6].type.kind == TypeKind::kStruct);
    CHECK(columns[9].type.kind == TypeKind::kTimestampTz);
  }
  CHECK(Rows(*connection, std::string("SELECT count(*) FROM (") + kAsText + "lake.inlined EXCEPT " +
                              kAsText + "lake.parquet)") == std::vector<std::string>{"0"});
}

TEST_CASE("source: what a query returned as Arrow reads back the same, in slices") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  REQUIRE(connection->SetTimeZone("UTC"));
  Run(*connection, {std::string("CREATE TABLE lake.t (") + kColumns + ", n INT)"});
  Run(*connection,
      {std::string("INSERT INTO lake.t SELECT v.*, range FROM (VALUES ") + kValues +
           ") v, range(5000)",
       "UPDATE lake.t SET v = NULL, tz = NULL, bo = NULL, d10 = NULL, b = NULL WHERE n % 3 = 0",
       "UPDATE lake.t SET v = 'row ' || n, i = n, bo = (n % 2 = 0), "
       "tz = {'firn_utc': ns, 'firn_offset_min': n::SMALLINT} WHERE n % 3 = 1"});
  auto source = lake.engine().Register(ReadAll(*connection, "SELECT * FROM lake.t"));
  const auto scan = "firn_scan('" + source->name() + "')";
  CHECK(connection->Describe("SELECT * FROM " + scan));  // reads nothing
  Run(*connection, {std::string("CREATE TABLE lake.u (") + kColumns + ", n INT)",
                    "INSERT INTO lake.u SELECT * FROM " + scan});
  const std::string text =
      std::string(kAsText).substr(0, std::string(kAsText).find(" FROM")) + ", n FROM ";
  CHECK(Rows(*connection, "SELECT count(*) FROM (" + text + "lake.t EXCEPT " + text + "lake.u)") ==
        std::vector<std::string>{"0"});
  CHECK(Rows(*connection, "SELECT count(*) FROM lake.u") == std::vector<std::string>{"5000"});
  CHECK(Failure(*connection, "SELECT * FROM " + scan).message.find("only once") !=
        std::string::npos);
  source.reset();
  CHECK(Failure(*connection, "SELECT * FROM " + scan).message.find("gone") != std::string::npos);
  CHECK_FALSE(connection->Query("SELECT * FROM firn_scan('guess')"));
}
