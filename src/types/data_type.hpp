#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace firn::types {

enum class Kind {
  kNumber,
  kFloat,
  kText,
  kBinary,
  kBoolean,
  kDate,
  kTime,
  kTimestampNtz,
  kTimestampLtz,
  kTimestampTz,
  kVariant,
  kObject,
  kArray,
};

inline constexpr std::int64_t kMaxTextLength = 16'777'216;
inline constexpr std::int64_t kMaxBinaryLength = 8'388'608;

/// A Snowflake data type. How each is stored: docs/decisions/0001-data-types.md.
struct DataType {
  Kind kind = Kind::kText;
  int precision = 38;                    ///< kNumber
  int scale = 0;                         ///< kNumber; fractional digits of kTime and kTimestamp*
  std::int64_t length = kMaxTextLength;  ///< characters of kText, bytes of kBinary
  bool stored_as_int64 = false;  ///< whole NUMBERs declared INT, BIGINT, …: kept in 64 bits

  bool operator==(const DataType&) const = default;
};

/// "NUMBER(10, 2)", "varchar", "TIMESTAMP_NTZ(3)", "DOUBLE PRECISION", … `TIMESTAMP` and
/// `DATETIME` are NTZ. Errors: kInvalid; an unknown type name carries Snowflake's 2040.
Result<DataType> Parse(std::string_view text);
/// As DESCRIBE TABLE shows it: NUMBER(38,0), VARCHAR(16777216), TIMESTAMP_NTZ(9), VARIANT.
std::string ToSql(const DataType& type);
/// The DuckDB type that a column of this type is stored as (0001-data-types.md).
std::string StorageType(const DataType& type);
/// The type that a query's result column has, from what DuckDB says.
DataType FromEngine(const engine::Type& type);
/// Whether a column that DuckDB reports as `found` may be of this type.
bool IsStoredAs(const DataType& type, const engine::Type& found);
/// FIXED, REAL, TEXT, …: the word in rowtype and in Arrow's metadata. Lower case in rowtype.
std::string_view LogicalName(Kind kind);

}  // namespace firn::types
