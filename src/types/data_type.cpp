#include "types/data_type.hpp"

namespace firn::types {
namespace {

std::string Scaled(std::string_view name, int scale) {
  return std::string(name) + "(" + std::to_string(scale) + ")";
}

std::string PrecisionScale(std::string_view name, const DataType& type) {
  return std::string(name) + "(" + std::to_string(type.precision) + "," +
         std::to_string(type.scale) + ")";
}

DataType Integer(int precision) {
  return {.kind = Kind::kNumber, .precision = precision, .stored_as_int64 = true};
}

DataType Number(int precision, int scale) {
  return {.kind = Kind::kNumber, .precision = precision, .scale = scale};
}

DataType Timed(Kind kind, int scale) { return {.kind = kind, .scale = scale}; }

bool IsTimestampTz(const engine::Type& type) {
  return type.field_names.size() == 2 && type.field_names[0] == "firn_utc" &&
         type.field_names[1] == "firn_offset_min";
}

}  // namespace

std::string ToSql(const DataType& type) {
  switch (type.kind) {
    case Kind::kNumber: return PrecisionScale("NUMBER", type);
    case Kind::kFloat: return "FLOAT";
    case Kind::kText: return "VARCHAR(" + std::to_string(type.length) + ")";
    case Kind::kBinary: return "BINARY(" + std::to_string(type.length) + ")";
    case Kind::kBoolean: return "BOOLEAN";
    case Kind::kDate: return "DATE";
    case Kind::kTime:
    case Kind::kTimestampNtz:
    case Kind::kTimestampLtz:
    case Kind::kTimestampTz: return Scaled(LogicalName(type.kind), type.scale);
    case Kind::kVariant:
    case Kind::kObject:
    case Kind::kArray: break;
  }
  return std::string(LogicalName(type.kind));
}

std::string StorageType(const DataType& type) {
  switch (type.kind) {
    case Kind::kNumber:
      return type.stored_as_int64 && type.scale == 0 ? "BIGINT" : PrecisionScale("DECIMAL", type);
    case Kind::kFloat: return "DOUBLE";
    case Kind::kText: return "VARCHAR";
    case Kind::kBinary: return "BLOB";
    case Kind::kBoolean: return "BOOLEAN";
    case Kind::kDate: return "DATE";
    case Kind::kTime: return "TIME";
    case Kind::kTimestampNtz: return type.scale > 6 ? "TIMESTAMP_NS" : "TIMESTAMP";
    case Kind::kTimestampLtz: return "TIMESTAMP WITH TIME ZONE";
    case Kind::kTimestampTz: return "STRUCT(firn_utc TIMESTAMP_NS, firn_offset_min SMALLINT)";
    case Kind::kVariant:
    case Kind::kObject:
    case Kind::kArray: break;
  }
  return "JSON";
}

DataType FromEngine(const engine::Type& type) {
  using engine::TypeKind;
  switch (type.kind) {
    case TypeKind::kBoolean: return {.kind = Kind::kBoolean};
    case TypeKind::kTinyint:
    case TypeKind::kUtinyint: return Integer(3);
    case TypeKind::kSmallint:
    case TypeKind::kUsmallint: return Integer(5);
    case TypeKind::kInteger:
    case TypeKind::kUinteger: return Integer(10);
    case TypeKind::kBigint: return Integer(38);
    case TypeKind::kUbigint:
    case TypeKind::kHugeint:
    case TypeKind::kUhugeint: return Number(38, 0);
    case TypeKind::kFloat:
    case TypeKind::kDouble: return {.kind = Kind::kFloat};
    case TypeKind::kDecimal: return Number(type.precision, type.scale);
    case TypeKind::kVarchar:
      if (type.alias == "JSON") return {.kind = Kind::kVariant};
      return {.kind = Kind::kText};
    case TypeKind::kJson:
    case TypeKind::kVariant: return {.kind = Kind::kVariant};
    case TypeKind::kBlob: return {.kind = Kind::kBinary, .length = kMaxBinaryLength};
    case TypeKind::kDate: return {.kind = Kind::kDate};
    case TypeKind::kTime: return Timed(Kind::kTime, 6);
    case TypeKind::kTimeNs: return Timed(Kind::kTime, 9);
    case TypeKind::kTimestampS: return Timed(Kind::kTimestampNtz, 0);
    case TypeKind::kTimestampMs: return Timed(Kind::kTimestampNtz, 3);
    case TypeKind::kTimestamp: return Timed(Kind::kTimestampNtz, 6);
    case TypeKind::kTimestampNs: return Timed(Kind::kTimestampNtz, 9);
    case TypeKind::kTimestampTz: return Timed(Kind::kTimestampLtz, 6);
    case TypeKind::kStruct:
      if (IsTimestampTz(type)) return Timed(Kind::kTimestampTz, 9);
      return {.kind = Kind::kObject};
    case TypeKind::kMap: return {.kind = Kind::kObject};
    case TypeKind::kList:
    case TypeKind::kArray: return {.kind = Kind::kArray};
    case TypeKind::kInterval:
    case TypeKind::kUuid:
    case TypeKind::kNull:
    case TypeKind::kOther: break;
  }
  return {.kind = Kind::kText};
}

bool IsStoredAs(const DataType& type, const engine::Type& found) {
  const auto implied = FromEngine(found);
  switch (type.kind) {
    case Kind::kNumber: return implied.kind == Kind::kNumber && implied.scale == type.scale;
    case Kind::kTimestampNtz:
      return found.kind ==
             (type.scale > 6 ? engine::TypeKind::kTimestampNs : engine::TypeKind::kTimestamp);
    case Kind::kObject:
    case Kind::kArray: return implied.kind == Kind::kVariant || implied.kind == type.kind;
    default: return implied.kind == type.kind;
  }
}

std::string_view LogicalName(Kind kind) {
  switch (kind) {
    case Kind::kNumber: return "FIXED";
    case Kind::kFloat: return "REAL";
    case Kind::kText: return "TEXT";
    case Kind::kBinary: return "BINARY";
    case Kind::kBoolean: return "BOOLEAN";
    case Kind::kDate: return "DATE";
    case Kind::kTime: return "TIME";
    case Kind::kTimestampNtz: return "TIMESTAMP_NTZ";
    case Kind::kTimestampLtz: return "TIMESTAMP_LTZ";
    case Kind::kTimestampTz: return "TIMESTAMP_TZ";
    case Kind::kVariant: return "VARIANT";
    case Kind::kObject: return "OBJECT";
    case Kind::kArray: return "ARRAY";
  }
  return "TEXT";
}

}  // namespace firn::types
