#include <arrow/array/array_binary.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "base/bytes.hpp"
#include "base/names.hpp"
#include "results/arrays.hpp"
#include "results/text_rows.hpp"
#include "results/value_text.hpp"

namespace firn::results {
namespace {

using types::Kind;

std::int64_t IntegerAt(const arrow::Array& array, std::int64_t row) {
  switch (array.type_id()) {
    case arrow::Type::INT8: return static_cast<const arrow::Int8Array&>(array).Value(row);
    case arrow::Type::INT16: return static_cast<const arrow::Int16Array&>(array).Value(row);
    case arrow::Type::INT32: return static_cast<const arrow::Int32Array&>(array).Value(row);
    case arrow::Type::DATE32: return static_cast<const arrow::Date32Array&>(array).Value(row);
    default: return static_cast<const arrow::Int64Array&>(array).Value(row);
  }
}

void AppendNumber(const arrow::Array& array, std::int64_t row, int scale, std::string& out) {
  if (array.type_id() == arrow::Type::DECIMAL128) {
    out += static_cast<const arrow::Decimal128Array&>(array).FormatValue(row);
  } else if (scale > 18) {
    // 10^scale is beyond 64 bits: the digits are padded as text.
    const std::int64_t value = IntegerAt(array, row);
    const std::string digits = std::to_string(value < 0 ? 0 - static_cast<std::uint64_t>(value)
                                                        : static_cast<std::uint64_t>(value));
    const auto width = static_cast<std::size_t>(scale) + 1;
    if (value < 0) out += '-';
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(out.size() - width + 1), '.');
  } else {
    AppendScaled(IntegerAt(array, row), scale, out);
  }
}

/// A struct {epoch, fraction, timezone}, the last only in a TIMESTAMP_TZ.
void AppendSplit(const arrow::Array& array, std::int64_t row, int scale, std::string& out) {
  const auto& parts = static_cast<const arrow::StructArray&>(array);
  const std::int64_t ticks = IntegerAt(*parts.field(0), row) * PowerOfTen(scale) +
                             IntegerAt(*parts.field(1), row) / PowerOfTen(9 - scale);
  AppendScaled(ticks, scale, out);
  if (parts.num_fields() < 3) return;
  out += ' ';
  out += std::to_string(IntegerAt(*parts.field(2), row));
}

std::string_view TextAt(const arrow::Array& array, std::int64_t row) {
  return static_cast<const arrow::StringArray&>(array).GetView(row);
}

void AppendValue(const arrow::Array& array, std::int64_t row, const types::DataType& type,
                 std::string& out) {
  switch (type.kind) {
    case Kind::kNumber: return AppendNumber(array, row, type.scale, out);
    case Kind::kFloat:
      return AppendDouble(static_cast<const arrow::DoubleArray&>(array).Value(row), out);
    case Kind::kBoolean:
      out += static_cast<const arrow::BooleanArray&>(array).Value(row) ? '1' : '0';
      return;
    case Kind::kDate: return AppendScaled(IntegerAt(array, row), 0, out);
    case Kind::kTime:
    case Kind::kTimestampNtz:
    case Kind::kTimestampLtz:
    case Kind::kTimestampTz:
      if (array.type_id() == arrow::Type::STRUCT) return AppendSplit(array, row, type.scale, out);
      return AppendScaled(IntegerAt(array, row), type.scale, out);
    case Kind::kBinary:
      // The Python client reads upper case only.
      out += UpperCase(HexEncode(static_cast<const arrow::BinaryArray&>(array).GetView(row)));
      return;
    default: out += TextAt(array, row);
  }
}

void AppendJsonValue(const arrow::Array& array, std::int64_t row, const types::DataType& type,
                     std::string& out) {
  if (array.IsNull(row)) {
    out += "null";
    return;
  }
  if (array.type_id() == arrow::Type::STRING) return AppendQuoted(TextAt(array, row), out);
  // What is no text has no character to escape.
  out += '"';
  AppendValue(array, row, type, out);
  out += '"';
}

}  // namespace

void AppendJsonRows(const arrow::RecordBatch& batch, const std::vector<ResultColumn>& columns,
                    std::string& rows) {
  const auto& arrays = batch.columns();
  for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
    rows += rows.empty() ? "[" : ",[";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) rows += ',';
      AppendJsonValue(*arrays[i], row, columns[i].type, rows);
    }
    rows += ']';
  }
}

}  // namespace firn::results
