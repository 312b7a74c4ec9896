#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <charconv>

#include "base/names.hpp"
#include "results/arrays.hpp"
#include "results/encode_column.hpp"
#include "results/text_rows.hpp"

namespace firn::results {
namespace {

using types::Kind;

template <typename T>
bool ParseAll(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// "-12.5" at scale 3 is -12500. False for more digits than the scale has.
bool ParseTicks(std::string_view text, int scale, std::int64_t& ticks) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  std::string digits(text.substr(0, dot));
  std::string fraction(dot == std::string_view::npos ? "" : text.substr(dot + 1));
  if (digits.empty() || std::ssize(fraction) > scale) return false;
  fraction.append(static_cast<std::size_t>(scale - std::ssize(fraction)), '0');
  if (!ParseAll(digits + fraction, ticks) || ticks < 0) return false;
  if (negative) ticks = -ticks;
  return true;
}

bool ParseHex(std::string_view text, std::string& bytes) {
  bytes.clear();
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(&text[i], text.data() + i + 2, value, 16);
    if (error != std::errc() || end != text.data() + i + 2) return false;
    bytes += static_cast<char>(value);
  }
  return true;
}

/// Builds one column; `append` says false for a text that is not of the type.
template <typename Builder, typename Append>
Result<ArrayPtr> Build(Builder& builder, const Target& target, std::size_t column,
                       const std::vector<TextRow>& rows, Append append) {
  for (const TextRow& row : rows) {
    const auto& text = row[column];
    if (!text) {
      FIRN_CHECK(FromArrow(builder.AppendNull()));
    } else if (!append(builder, *text)) {
      return Error{Code::kInternal, "'" + *text + "' is no value of column " + target.column.name +
                                        ", a " + types::ToSql(target.column.type) + "."};
    }
  }
  return FromArrow(builder.Finish());
}

Result<ArrayPtr> BuildNumber(Target& target, std::size_t column, const std::vector<TextRow>& rows) {
  const int scale = target.column.type.scale;
  arrow::Decimal128Builder builder(
      arrow::decimal128(target.column.type.precision, target.column.type.scale));
  FIRN_TRY(auto array, Build(builder, target, column, rows, [&](auto& to, const std::string& text) {
             arrow::Decimal128 value;
             std::int32_t digits = 0;
             std::int32_t own_scale = 0;
             if (!arrow::Decimal128::FromString(text, &value, &digits, &own_scale).ok()) {
               return false;
             }
             const auto scaled = value.Rescale(own_scale, scale);
             return scaled.ok() && to.Append(*scaled).ok();
           }));
  return EncodeNumber(*array, target);
}

template <typename Builder>
Result<ArrayPtr> BuildTicks(const Target& target, std::size_t column,
                            const std::vector<TextRow>& rows) {
  Builder builder;
  return Build(builder, target, column, rows, [&](auto& to, const std::string& text) {
    std::int64_t ticks = 0;
    return ParseTicks(text, target.column.type.scale, ticks) &&
           to.Append(static_cast<typename Builder::value_type>(ticks)).ok();
  });
}

/// "1700000000.500000000 1500": seconds and, in a TIMESTAMP_TZ, the offset in minutes from -24:00.
Result<ArrayPtr> BuildSplit(const Target& target, std::size_t column,
                            const std::vector<TextRow>& rows) {
  const bool zoned = target.wire->num_fields() == 3;
  auto epoch = std::make_shared<arrow::Int64Builder>();
  auto fraction = std::make_shared<arrow::Int32Builder>();
  auto zone = std::make_shared<arrow::Int32Builder>();
  std::vector<std::shared_ptr<arrow::ArrayBuilder>> parts{epoch, fraction};
  if (zoned) parts.push_back(zone);
  arrow::StructBuilder builder(target.wire, arrow::default_memory_pool(), std::move(parts));
  return Build(builder, target, column, rows, [&](auto& to, const std::string& text) {
    const std::string_view all = text;
    const auto space = all.find(' ');
    std::int64_t nanos = 0;
    std::int32_t minutes = 0;
    if (zoned != (space != std::string_view::npos) || !ParseTicks(all.substr(0, space), 9, nanos) ||
        (zoned && !ParseAll(all.substr(space + 1), minutes))) {
      return false;
    }
    const std::int64_t seconds = FloorDivide(nanos, PowerOfTen(9));
    return to.Append().ok() && epoch->Append(seconds).ok() &&
           fraction->Append(static_cast<std::int32_t>(nanos - seconds * PowerOfTen(9))).ok() &&
           (!zoned || zone->Append(minutes).ok());
  });
}

Result<ArrayPtr> BuildColumn(Target& target, std::size_t column, const std::vector<TextRow>& rows) {
  switch (target.column.type.kind) {
    case Kind::kNumber: return BuildNumber(target, column, rows);
    case Kind::kFloat: {
      arrow::DoubleBuilder builder;
      return Build(builder, target, column, rows, [](auto& to, const std::string& text) {
        double value = 0;
        return ParseAll(text, value) && to.Append(value).ok();
      });
    }
    case Kind::kBoolean: {
      arrow::BooleanBuilder builder;
      return Build(builder, target, column, rows, [](auto& to, const std::string& text) {
        return to.Append(text == "1" || EqualIgnoringCase(text, "true")).ok();
      });
    }
    case Kind::kDate: {
      arrow::Date32Builder builder;
      return Build(builder, target, column, rows, [](auto& to, const std::string& text) {
        std::int32_t days = 0;
        return ParseAll(text, days) && to.Append(days).ok();
      });
    }
    case Kind::kBinary: {
      arrow::BinaryBuilder builder;
      std::string bytes;
      return Build(builder, target, column, rows, [&](auto& to, const std::string& text) {
        return ParseHex(text, bytes) && to.Append(bytes).ok();
      });
    }
    case Kind::kTime:
      return target.wire->id() == arrow::Type::INT32
                 ? BuildTicks<arrow::Int32Builder>(target, column, rows)
                 : BuildTicks<arrow::Int64Builder>(target, column, rows);
    case Kind::kTimestampNtz:
    case Kind::kTimestampLtz:
    case Kind::kTimestampTz:
      if (target.wire->id() == arrow::Type::STRUCT) return BuildSplit(target, column, rows);
      return BuildTicks<arrow::Int64Builder>(target, column, rows);
    default: {
      arrow::StringBuilder builder;
      return Build(builder, target, column, rows,
                   [](auto& to, const std::string& text) { return to.Append(text).ok(); });
    }
  }
}

}  // namespace

Result<std::vector<ArrayPtr>> ParseTextRows(std::vector<Target>& targets,
                                            const std::vector<TextRow>& rows) {
  std::vector<ArrayPtr> arrays;
  for (const TextRow& row : rows) {
    if (row.size() != targets.size()) {
      return Error{Code::kInternal, "a row has " + std::to_string(row.size()) + " values for " +
                                        std::to_string(targets.size()) + " columns."};
    }
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    FIRN_TRY(auto array, BuildColumn(targets[i], i, rows));
    arrays.push_back(std::move(array));
  }
  return arrays;
}

}  // namespace firn::results
