#include "engine/error_map.hpp"

#include <doctest/doctest.h>

#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;

namespace {

struct Expected {
  const char* sql;
  int number;
  const char* state;
  const char* message;  // a part of it
};

constexpr Expected kExpected[] = {
    {"SELECT * FROM lake.nosuch", 2003, "42S02",
     "Object 'nosuch' does not exist or not authorized."},
    {"SELECT * FROM lake.nos.t", 2003, "42S02", "does not exist or not authorized."},
    {"SELECT nosuch FROM lake.t", 904, "42000",
     "error line 1 at position 7\ninvalid identifier 'nosuch'"},
    {"SELECT t.nosuch FROM lake.t", 904, "42000", "invalid identifier 'nosuch'"},
    {"SELECT x.a FROM lake.t", 904, "42000", "invalid identifier 'x'"},
    {"SELEC 1", 1003, "42000", "unexpected 'SELEC'"},
    {"SELECT 1 +", 1003, "42000", "syntax error"},
    {"SELECT (1", 1003, "42000", "syntax error"},
    {"SELECT 'abc'::INT", 100038, "22018", "Numeric value 'abc' is not recognized"},
    {"SELECT 'abc'::DECIMAL(38,0)", 100038, "22018", "Numeric value 'abc' is not recognized"},
    {"SELECT b::DOUBLE FROM lake.t", 100038, "22018", "Numeric value 'x' is not recognized"},
    {"SELECT 'abc'::DATE", 100040, "22007", "Date 'abc' is not recognized"},
    {"SELECT '2024-13-45'::DATE", 100040, "22007", "Date '2024-13-45' is not recognized"},
    {"SELECT 'abc'::TIMESTAMP", 100035, "22007", "Timestamp 'abc' is not recognized"},
    {"SELECT 'abc'::TIMESTAMP_NS", 100035, "22007", "Timestamp 'abc' is not recognized"},
    {"SELECT 'abc'::TIMESTAMPTZ", 100035, "22007", "Timestamp 'abc' is not recognized"},
    {"SELECT 'abc'::TIME", 100108, "22007", "Time 'abc' is not recognized"},
    {"SELECT 'abc'::BOOLEAN", 100037, "22018", "Boolean value 'abc' is not recognized"},
    {"SELECT 3000000000::BIGINT::INT", 100046, "22003", "Number out of representable range"},
    {"SELECT 123.45::DECIMAL(3,2)", 100046, "22003", "Number out of representable range"},
    {"SELECT '12345'::DECIMAL(3,2)", 100039, "22003", "Numeric value '12345' is out of range"},
    {"SELECT '3000000000'::INT", 100039, "22003", "Numeric value '3000000000' is out of range"},
    {"SELECT 9223372036854775807::BIGINT + a FROM lake.t", 100046, "22003",
     "Number out of representable range"},
    {"INSERT INTO lake.n VALUES (NULL)", 100072, "22000", "NULL result in a non-nullable column"},
    {"INSERT INTO lake.n SELECT NULL FROM range(100)", 100072, "22000",
     "NULL result in a non-nullable column"},
    {"INSERT INTO lake.n VALUES (1, 2)", 2020, "21S01", "expecting 1 but got 2"},
    {"UPDATE lake.t SET nosuch = 1", 904, "42000", "invalid identifier 'nosuch'"},
    {"SELECT nosuch(1)", 2140, "42601", "Unknown function nosuch"},
    {"SELECT sqrt('a', 2)", 1044, "42P13", "Invalid argument types for function 'sqrt("},
    {"SELECT a, count(*) FROM lake.t", 979, "42601", "'a' is not a valid group by expression"},
    {"SELECT a FROM lake.t JOIN lake.n ON true", 2028, "42601", "ambiguous column name 'a'"},
    {"SELECT (SELECT range FROM range(3))", 100090, "22000", "Single-row subquery"},
    {"CREATE TABLE lake.t (a INT)", 2002, "42710", "Object 't' already exists."},
    {"SELECT 1::NOSUCHTYPE", 2040, "42601", "Unsupported data type 'NOSUCHTYPE'"},
    {"SELECT error('FIRN:100051:22012:Division by zero')", 100051, "22012", "Division by zero"},
    {"SELECT error('FIRN:100078:22000:String ''a:b'' is too long')", 100078, "22000",
     "String 'a:b' is too long"},
    {"SELECT 'FIRN:1:2:x'::INT", 100038, "22018", "Numeric value 'FIRN:1:2:x' is not recognized"},
    {"SELECT '{'::JSON", 100069, "22P02", "Error parsing JSON"},
};

}  // namespace

TEST_CASE("error_map: what DuckDB refuses carries Snowflake's number and SQLSTATE") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  Run(*connection, {"CREATE TABLE lake.t (a BIGINT, b VARCHAR)",
                    "INSERT INTO lake.t VALUES (1, 'x')", "CREATE TABLE lake.n (a INT NOT NULL)"});
  for (const auto& expected : kExpected) {
    CAPTURE(std::string(expected.sql));
    const auto error = Failure(*connection, expected.sql);
    CHECK(error.sql_number == expected.number);
    CHECK(error.sql_state == expected.state);
    CAPTURE(error.message);
    CHECK(error.message.find(expected.message) != std::string::npos);
  }
  CHECK(Rows(*connection, "SELECT count(*) FROM lake.n") == std::vector<std::string>{"0"});
}

TEST_CASE("error_map: the machine's errors say what to do and name no path") {
  const ErrorMap map({"/var/firn/lake"});
  CHECK(map.Map("Out of Memory Error: failed to allocate").code == Code::kExhausted);
  CHECK(map.Map("IO Error: Could not write file \"/var/firn/lake/data/x\": No space left on device")
            .code == Code::kExhausted);
  CHECK(map.Map("INTERRUPT Error: Interrupted!").code == Code::kCancelled);
  const auto io = map.Map("IO Error: Cannot open file \"/var/firn/lake/data/x.parquet\": gone");
  CHECK(io.code == Code::kInternal);
  for (const auto* text :
       {"IO Error: \"/var/firn/lake/data/x\"", "Odd Error: /var/firn/lake/data/x y",
        "Binder Error: /var/firn/lake/x"}) {
    CHECK(map.Map(text).message.find("/var/firn") == std::string::npos);
  }
}

TEST_CASE("error_map: an encoded error comes back as it was") {
  const auto error = SqlError(Code::kInvalid, 100038, "22018", "Numeric value 'a:b' is bad");
  const auto back = ErrorMap().Map("Invalid Input Error: " + EncodeError(error));
  CHECK(back.sql_number == error.sql_number);
  CHECK(back.sql_state == error.sql_state);
  CHECK(back.message == error.message);
}
