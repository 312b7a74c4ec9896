#include "results/value_text.hpp"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_dict.h>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/extension_type.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "base/bytes.hpp"
#include "results/arrays.hpp"
#include "results/target.hpp"

namespace firn::results {
namespace {

void AppendPadded(std::int64_t value, int width, std::string& out) {
  const std::string digits = std::to_string(value);
  if (std::ssize(digits) < width) {
    out.append(static_cast<std::size_t>(width - std::ssize(digits)), '0');
  }
  out += digits;
}

void AppendDate(std::int64_t days, std::string& out) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  AppendPadded(static_cast<int>(date.year()), 4, out);
  out += '-';
  AppendPadded(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  AppendPadded(static_cast<unsigned>(date.day()), 2, out);
}

/// hh:mm:ss with the fraction that the unit has.
void AppendClock(std::int64_t ticks, int digits, std::string& out) {
  const std::int64_t unit = PowerOfTen(digits);
  const std::int64_t seconds = ticks / unit;
  AppendPadded(seconds / 3600, 2, out);
  out += ':';
  AppendPadded(seconds / 60 % 60, 2, out);
  out += ':';
  AppendPadded(seconds % 60, 2, out);
  if (digits == 0) return;
  out += '.';
  AppendPadded(ticks % unit, digits, out);
}

void AppendTimestamp(std::int64_t ticks, int digits, std::string& out) {
  const std::int64_t unit = PowerOfTen(digits) * 86'400;
  const std::int64_t days = FloorDivide(ticks, unit);
  AppendDate(days, out);
  out += ' ';
  AppendClock(ticks - days * unit, digits, out);
}

void AppendUuid(std::string_view bytes, std::string& out) {
  const std::string hex = HexEncode(bytes);
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    out += hex[i];
  }
}

/// As DuckDB shows an interval: 1 year 2 months 3 days 04:05:06.000007.
void AppendInterval(const arrow::MonthDayNanoIntervalType::MonthDayNanos& value, std::string& out) {
  const auto start = out.size();
  const auto part = [&](std::int64_t count, std::string_view unit) {
    if (count == 0) return;
    if (out.size() > start) out += ' ';
    out += std::to_string(count);
    out += ' ';
    out += unit;
    if (count != 1 && count != -1) out += 's';
  };
  part(value.months / 12, "year");
  part(value.months % 12, "month");
  part(value.days, "day");
  const std::int64_t micros = value.nanoseconds / 1000;
  if (micros == 0 && out.size() > start) return;
  if (out.size() > start) out += ' ';
  if (micros < 0) out += '-';
  const std::int64_t size = micros < 0 ? -micros : micros;
  if (size % 1'000'000 == 0) {
    AppendClock(size / 1'000'000, 0, out);
  } else {
    AppendClock(size, 6, out);
  }
}

template <typename ArrayType>
bool AppendList(const arrow::Array& array, std::int64_t row, std::string& out) {
  const auto& list = static_cast<const ArrayType&>(array);
  const std::int64_t begin = list.value_offset(row);
  const std::int64_t end = begin + list.value_length(row);
  out += '[';
  for (std::int64_t i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    AppendJson(*list.values(), i, out);
  }
  out += ']';
  return true;
}

void AppendMap(const arrow::MapArray& map, std::int64_t row, std::string& out) {
  out += '{';
  const std::int64_t begin = map.value_offset(row);
  for (std::int64_t i = begin; i < begin + map.value_length(row); ++i) {
    if (i > begin) out += ',';
    std::string key;
    AppendText(*map.keys(), i, key);
    AppendQuoted(key, out);
    out += ':';
    AppendJson(*map.items(), i, out);
  }
  out += '}';
}

void AppendStruct(const arrow::StructArray& fields, std::int64_t row, std::string& out) {
  out += '{';
  for (int i = 0; i < fields.num_fields(); ++i) {
    if (i > 0) out += ',';
    AppendQuoted(fields.struct_type()->field(i)->name(), out);
    out += ':';
    AppendJson(*fields.field(i), row, out);
  }
  out += '}';
}

/// True when the value was nested and is written.
bool AppendNested(const arrow::Array& array, std::int64_t row, std::string& out) {
  switch (array.type_id()) {
    case arrow::Type::LIST: return AppendList<arrow::ListArray>(array, row, out);
    case arrow::Type::LARGE_LIST: return AppendList<arrow::LargeListArray>(array, row, out);
    case arrow::Type::FIXED_SIZE_LIST:
      return AppendList<arrow::FixedSizeListArray>(array, row, out);
    case arrow::Type::LIST_VIEW: return AppendList<arrow::ListViewArray>(array, row, out);
    case arrow::Type::MAP:
      AppendMap(static_cast<const arrow::MapArray&>(array), row, out);
      return true;
    case arrow::Type::STRUCT:
      AppendStruct(static_cast<const arrow::StructArray&>(array), row, out);
      return true;
    default: return false;
  }
}

bool IsBareJson(const arrow::DataType& type) {
  return type.id() == arrow::Type::BOOL || arrow::is_integer(type.id()) ||
         arrow::is_decimal(type.id());
}

}  // namespace

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char code[8];
          std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
          out += code;
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void AppendScaled(std::int64_t ticks, int scale, std::string& out) {
  std::uint64_t size = static_cast<std::uint64_t>(ticks);
  if (ticks < 0) {
    out += '-';
    size = 0 - size;
  }
  const auto unit = static_cast<std::uint64_t>(PowerOfTen(scale));
  out += std::to_string(size / unit);
  if (scale == 0) return;
  out += '.';
  AppendPadded(static_cast<std::int64_t>(size % unit), scale, out);
}

void AppendDouble(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out.append(text, error == std::errc() ? end : text);
}

void AppendText(const arrow::Array& array, std::int64_t row, std::string& out) {
  if (AppendNested(array, row, out)) return;
  switch (array.type_id()) {
    case arrow::Type::EXTENSION:
      return AppendText(*static_cast<const arrow::ExtensionArray&>(array).storage(), row, out);
    case arrow::Type::DICTIONARY: {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      return AppendText(*coded.dictionary(), coded.GetValueIndex(row), out);
    }
    case arrow::Type::STRING:
      out += static_cast<const arrow::StringArray&>(array).GetView(row);
      return;
    case arrow::Type::LARGE_STRING:
      out += static_cast<const arrow::LargeStringArray&>(array).GetView(row);
      return;
    case arrow::Type::STRING_VIEW:
      out += static_cast<const arrow::StringViewArray&>(array).GetView(row);
      return;
    case arrow::Type::BINARY:
      out += HexEncode(static_cast<const arrow::BinaryArray&>(array).GetView(row));
      return;
    case arrow::Type::FIXED_SIZE_BINARY: {
      const auto view = static_cast<const arrow::FixedSizeBinaryArray&>(array).GetView(row);
      return view.size() == 16 ? AppendUuid(view, out) : void(out += HexEncode(view));
    }
    case arrow::Type::FLOAT:
      return AppendDouble(
          static_cast<double>(static_cast<const arrow::FloatArray&>(array).Value(row)), out);
    case arrow::Type::DOUBLE:
      return AppendDouble(static_cast<const arrow::DoubleArray&>(array).Value(row), out);
    case arrow::Type::DATE32:
      return AppendDate(static_cast<const arrow::Date32Array&>(array).Value(row), out);
    case arrow::Type::TIMESTAMP:
      return AppendTimestamp(ValuesOf<std::int64_t>(*array.data())[row],
                             FractionDigits(*array.type()), out);
    case arrow::Type::TIME64:
      return AppendClock(ValuesOf<std::int64_t>(*array.data())[row], FractionDigits(*array.type()),
                         out);
    case arrow::Type::INTERVAL_MONTH_DAY_NANO:
      return AppendInterval(
          static_cast<const arrow::MonthDayNanoIntervalArray&>(array).GetValue(row), out);
    default: break;
  }
  const auto scalar = array.GetScalar(row);
  if (scalar.ok()) out += (*scalar)->ToString();
}

void AppendJson(const arrow::Array& array, std::int64_t row, std::string& out) {
  if (array.IsNull(row)) {
    out += "null";
    return;
  }
  if (AppendNested(array, row, out)) return;
  if (array.type_id() == arrow::Type::EXTENSION) {
    const auto& extension = static_cast<const arrow::ExtensionType&>(*array.type());
    const auto& storage = *static_cast<const arrow::ExtensionArray&>(array).storage();
    if (extension.extension_name() == "arrow.json") return AppendText(storage, row, out);
    return AppendJson(storage, row, out);
  }
  std::string text;
  AppendText(array, row, text);
  const bool number =
      array.type_id() == arrow::Type::FLOAT || array.type_id() == arrow::Type::DOUBLE;
  if (IsBareJson(*array.type()) || (number && text != "NaN" && !text.ends_with("inf"))) {
    out += text;
  } else {
    AppendQuoted(text, out);
  }
}

}  // namespace firn::results
