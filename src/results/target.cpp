#include "results/target.hpp"

#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>
#include <arrow/util/key_value_metadata.h>

#include <algorithm>

namespace firn::results {
namespace {

using types::DataType;
using types::Kind;

bool IsDecimal(const arrow::DataType& type) { return arrow::is_decimal(type.id()); }

int ScaleOf(const arrow::DataType& type) {
  return IsDecimal(type) ? static_cast<const arrow::DecimalType&>(type).scale() : 0;
}

bool CanSend(const DataType& declared, const DataType& implied, const arrow::DataType& source) {
  switch (declared.kind) {
    case Kind::kNumber: return implied.kind == Kind::kNumber && declared.scale == ScaleOf(source);
    case Kind::kVariant:
    case Kind::kObject:
    case Kind::kArray:
      return implied.kind != Kind::kTimestampTz && (IsText(source) || IsNested(source));
    case Kind::kTimestampNtz:
    case Kind::kTimestampLtz: return source.id() == arrow::Type::TIMESTAMP;
    case Kind::kText: return IsText(source) || source.id() == arrow::Type::NA;
    default: return declared.kind == implied.kind;
  }
}

std::shared_ptr<arrow::DataType> NumberWire(const arrow::DataType& source) {
  switch (source.id()) {
    case arrow::Type::INT8: return arrow::int8();
    case arrow::Type::INT16:
    case arrow::Type::UINT8: return arrow::int16();
    case arrow::Type::INT32:
    case arrow::Type::UINT16: return arrow::int32();
    default: return arrow::int64();
  }
}

std::int64_t WireBytes(const Target& target) {
  const DataType& type = target.column.type;
  switch (type.kind) {
    case Kind::kText: return std::min(type.length * 4, types::kMaxTextLength);
    case Kind::kBinary: return type.length;
    case Kind::kTimestampTz: return 16;
    case Kind::kTimestampLtz: return target.wire->id() == arrow::Type::STRUCT ? 16 : 8;
    case Kind::kVariant:
    case Kind::kObject:
    case Kind::kArray: return types::kMaxTextLength;
    default: return std::max(1, target.wire->byte_width());
  }
}

}  // namespace

bool IsText(const arrow::DataType& type) {
  if (type.id() == arrow::Type::EXTENSION) {
    return IsText(*static_cast<const arrow::ExtensionType&>(type).storage_type());
  }
  return arrow::is_string(type.id()) || type.id() == arrow::Type::STRING_VIEW ||
         type.id() == arrow::Type::DICTIONARY;
}

bool IsNested(const arrow::DataType& type) {
  return arrow::is_list_like(type.id()) || arrow::is_list_view(type.id()) ||
         type.id() == arrow::Type::STRUCT;
}

int FractionDigits(const arrow::DataType& type) {
  arrow::TimeUnit::type unit{};
  if (type.id() == arrow::Type::TIMESTAMP) {
    unit = static_cast<const arrow::TimestampType&>(type).unit();
  } else if (type.id() == arrow::Type::TIME32 || type.id() == arrow::Type::TIME64) {
    unit = static_cast<const arrow::TimeType&>(type).unit();
  } else {
    return -1;
  }
  return static_cast<int>(unit) * 3;
}

std::shared_ptr<arrow::DataType> WireType(const DataType& type) {
  switch (type.kind) {
    case Kind::kNumber: return arrow::int64();
    case Kind::kFloat: return arrow::float64();
    case Kind::kBinary: return arrow::binary();
    case Kind::kBoolean: return arrow::boolean();
    case Kind::kDate: return arrow::date32();
    case Kind::kTime: return type.scale <= 4 ? arrow::int32() : arrow::int64();
    case Kind::kTimestampNtz: return arrow::int64();
    case Kind::kTimestampLtz:
      // As seconds and nanoseconds, since from one number of microseconds the Python client takes
      // the zone's offset of 1970.
      if (type.scale < 6) return arrow::int64();
      return arrow::struct_(
          {arrow::field("epoch", arrow::int64()), arrow::field("fraction", arrow::int32())});
    case Kind::kTimestampTz:
      return arrow::struct_({arrow::field("epoch", arrow::int64()),
                             arrow::field("fraction", arrow::int32()),
                             arrow::field("timezone", arrow::int32())});
    default: return arrow::utf8();
  }
}

Target MakeTarget(const ResultColumn* declared, const engine::Column& from,
                  const arrow::DataType& source) {
  Target target;
  const DataType implied = types::FromEngine(from.type);
  if (declared != nullptr) {
    target.column = *declared;
    if (!CanSend(declared->type, implied, source)) target.column.type = implied;
  } else {
    target.column.name = from.name;
    target.column.type = implied;
  }
  const DataType& type = target.column.type;
  target.wire = type.kind == Kind::kNumber ? NumberWire(source) : WireType(target.column.type);
  return target;
}

std::shared_ptr<arrow::Field> WireField(const Target& target) {
  const DataType& type = target.column.type;
  const bool number = type.kind == Kind::kNumber;
  auto metadata = arrow::key_value_metadata(
      {"logicalType", "precision", "scale", "charLength", "byteLength", "finalType"},
      {std::string(types::LogicalName(type.kind)), std::to_string(number ? type.precision : 38),
       std::to_string(type.scale), std::to_string(type.kind == Kind::kText ? type.length : 0),
       std::to_string(WireBytes(target)), "T"});
  return arrow::field(target.column.name, target.wire, /*nullable=*/true, std::move(metadata));
}

}  // namespace firn::results
