#include "types/data_type.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace firn::types {
namespace {

std::string Stored(std::string_view text) { return StorageType(*Parse(text)); }
std::string Shown(std::string_view text) { return ToSql(*Parse(text)); }

TEST_CASE("types: every name and synonym parses to the type Snowflake shows") {
  const std::pair<const char*, const char*> rows[] = {
      {"NUMBER", "NUMBER(38,0)"},
      {"number(10)", "NUMBER(10,0)"},
      {"Numeric ( 10 , 2 )", "NUMBER(10,2)"},
      {"DEC(38,37)", "NUMBER(38,37)"},
      {"decimal(5,5)", "NUMBER(5,5)"},
      {"INT", "NUMBER(38,0)"},
      {"byteint", "NUMBER(38,0)"},
      {"FLOAT4", "FLOAT"},
      {"double  precision", "FLOAT"},
      {"REAL", "FLOAT"},
      {"VARCHAR", "VARCHAR(16777216)"},
      {"string", "VARCHAR(16777216)"},
      {"char", "VARCHAR(1)"},
      {"NCHAR(7)", "VARCHAR(7)"},
      {"CHAR VARYING(12)", "VARCHAR(12)"},
      {"BINARY", "BINARY(8388608)"},
      {"varbinary(16)", "BINARY(16)"},
      {"BOOLEAN", "BOOLEAN"},
      {"DATE", "DATE"},
      {"TIME", "TIME(9)"},
      {"TIME(3)", "TIME(3)"},
      {"DATETIME", "TIMESTAMP_NTZ(9)"},
      {"TIMESTAMP", "TIMESTAMP_NTZ(9)"},
      {"timestamp(3) without time zone", "TIMESTAMP_NTZ(3)"},
      {"TIMESTAMP WITH LOCAL TIME ZONE", "TIMESTAMP_LTZ(9)"},
      {"TIMESTAMP (0) WITH TIME ZONE", "TIMESTAMP_TZ(0)"},
      {"TIMESTAMPTZ", "TIMESTAMP_TZ(9)"},
      {"variant", "VARIANT"},
      {"OBJECT", "OBJECT"},
      {"ARRAY", "ARRAY"},
  };
  for (const auto& [text, shown] : rows) {
    CAPTURE(text);
    REQUIRE(Parse(text));
    CHECK(Shown(text) == shown);
    CHECK(Parse(Shown(text))->kind == Parse(text)->kind);
  }
}

TEST_CASE("types: what does not exist or is out of range is refused, by name") {
  for (const char* text :
       {"", "BLOB", "NUMBER(1,2,3)", "NUMBER()", "NUMBER(a)", "INT(4)", "FLOAT(2)", "VARCHAR(",
        "VARCHAR(1)(2)", "TIMESTAMP_NTZ(3,2)", "NUMBER(-1)", "ARRAY(NUMBER)", "VECTOR(FLOAT,3)"}) {
    CAPTURE(text);
    const auto type = Parse(text);
    REQUIRE(!type);
    CHECK(type.error().code == Code::kInvalid);
    CHECK(type.error().sql_number == 2040);
  }
  for (const char* text :
       {"NUMBER(39)", "NUMBER(0)", "NUMBER(38,38)", "NUMBER(10,11)", "VARCHAR(0)",
        "VARCHAR(16777217)", "BINARY(8388609)", "TIME(10)", "TIMESTAMP_TZ(10)"}) {
    CAPTURE(text);
    const auto type = Parse(text);
    REQUIRE(!type);
    CHECK(type.error().message.find("must be between") != std::string::npos);
  }
}

TEST_CASE("types: storage follows version 1 of the table") {
  CHECK(Stored("NUMBER") == "DECIMAL(38,0)");
  CHECK(Stored("NUMBER(10,2)") == "DECIMAL(10,2)");
  CHECK(Stored("INTEGER") == "BIGINT");
  CHECK(Stored("FLOAT") == "DOUBLE");
  CHECK(Stored("CHAR(3)") == "VARCHAR");
  CHECK(Stored("BINARY") == "BLOB");
  CHECK(Stored("BOOLEAN") == "BOOLEAN");
  CHECK(Stored("DATE") == "DATE");
  CHECK(Stored("TIME(9)") == "TIME");
  CHECK(Stored("TIMESTAMP_NTZ(6)") == "TIMESTAMP");
  CHECK(Stored("TIMESTAMP_NTZ(7)") == "TIMESTAMP_NS");
  CHECK(Stored("TIMESTAMP_LTZ") == "TIMESTAMP WITH TIME ZONE");
  CHECK(Stored("TIMESTAMP_TZ") == "STRUCT(firn_utc TIMESTAMP_NS, firn_offset_min SMALLINT)");
  CHECK(Stored("VARIANT") == "JSON");
  CHECK(Stored("ARRAY") == "JSON");
}

TEST_CASE("types: the engine's types get the Snowflake type of a computed column") {
  using engine::TypeKind;
  const auto of = [](TypeKind kind) {
    engine::Type type;
    type.kind = kind;
    return type;
  };
  const auto shown = [&](TypeKind kind) { return ToSql(FromEngine(of(kind))); };
  CHECK(shown(TypeKind::kTinyint) == "NUMBER(3,0)");
  CHECK(shown(TypeKind::kUsmallint) == "NUMBER(5,0)");
  CHECK(shown(TypeKind::kInteger) == "NUMBER(10,0)");
  CHECK(shown(TypeKind::kBigint) == "NUMBER(38,0)");
  CHECK(shown(TypeKind::kHugeint) == "NUMBER(38,0)");
  CHECK(FromEngine(of(TypeKind::kBigint)).stored_as_int64);
  CHECK(!FromEngine(of(TypeKind::kHugeint)).stored_as_int64);
  engine::Type decimal = of(TypeKind::kDecimal);
  decimal.precision = 12;
  decimal.scale = 3;
  CHECK(ToSql(FromEngine(decimal)) == "NUMBER(12,3)");
  CHECK(shown(TypeKind::kTime) == "TIME(6)");
  CHECK(shown(TypeKind::kTimestamp) == "TIMESTAMP_NTZ(6)");
  CHECK(shown(TypeKind::kTimestampNs) == "TIMESTAMP_NTZ(9)");
  CHECK(shown(TypeKind::kTimestampTz) == "TIMESTAMP_LTZ(6)");
  CHECK(shown(TypeKind::kStruct) == "OBJECT");
  engine::Type zoned = of(TypeKind::kStruct);
  zoned.field_names = {"firn_utc", "firn_offset_min"};
  CHECK(ToSql(FromEngine(zoned)) == "TIMESTAMP_TZ(9)");
  engine::Type json = of(TypeKind::kVarchar);
  json.alias = "JSON";
  CHECK(ToSql(FromEngine(json)) == "VARIANT");
  CHECK(shown(TypeKind::kList) == "ARRAY");
  CHECK(shown(TypeKind::kUuid) == "VARCHAR(16777216)");
  CHECK(shown(TypeKind::kNull) == "VARCHAR(16777216)");
}

}  // namespace
}  // namespace firn::types
