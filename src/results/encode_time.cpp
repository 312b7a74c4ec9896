#include <arrow/array/array_nested.h>
#include <arrow/array/util.h>
#include <arrow/type.h>

#include <limits>
#include <vector>

#include "results/encode_column.hpp"

namespace firn::results {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
/// Snowflake sends the offset in minutes from -24:00, so that it is never negative.
constexpr std::int32_t kOffsetBase = 1440;

bool Overflows(const arrow::Array& array, std::int64_t factor) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max() / factor;
  const auto* in = ValuesOf<std::int64_t>(*array.data());
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if ((in[i] > most || in[i] < -most) && array.IsValid(i)) return true;
  }
  return false;
}

/// NULL slots may hold anything, so the arithmetic must not be undefined there.
std::int64_t Multiply(std::int64_t value, std::int64_t factor) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) *
                                   static_cast<std::uint64_t>(factor));
}

std::int64_t Add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::int64_t Negate(std::int64_t value) {
  return static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(value));
}

using Buffers = std::vector<std::shared_ptr<arrow::Buffer>>;

/// Ticks of 10^-digits as whole seconds (int64) and nanoseconds (int32), cut to `scale` digits.
Result<Buffers> SplitTicks(const arrow::Array& array, int digits, int scale) {
  const std::int64_t unit = PowerOfTen(digits);
  const std::int64_t to_nanos = kNanosPerSecond / unit;
  const std::int64_t step = PowerOfTen(9 - scale);
  const auto* ticks = ValuesOf<std::int64_t>(*array.data());
  FIRN_TRY(auto epoch, Room<std::int64_t>(array.length()));
  FIRN_TRY(auto fraction, Room<std::int32_t>(array.length()));
  auto* seconds = reinterpret_cast<std::int64_t*>(epoch->mutable_data());
  auto* nanos = reinterpret_cast<std::int32_t*>(fraction->mutable_data());
  for (std::int64_t i = 0; i < array.length(); ++i) {
    seconds[i] = FloorDivide(ticks[i], unit);
    const std::int64_t rest = Multiply(Add(ticks[i], Negate(Multiply(seconds[i], unit))), to_nanos);
    nanos[i] = static_cast<std::int32_t>(rest - rest % step);
  }
  return Buffers{std::move(epoch), std::move(fraction)};
}

/// A NULL is the struct's own; its parts then hold nothing that anybody reads.
Result<ArrayPtr> MakeStruct(const arrow::Array& source,
                            const std::shared_ptr<arrow::DataType>& type, Buffers parts) {
  FIRN_TRY(auto validity, ValidityOf(*source.data()));
  auto data =
      arrow::ArrayData::Make(type, source.length(), {std::move(validity)}, source.null_count());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    data->child_data.push_back(arrow::ArrayData::Make(type->field(static_cast<int>(i))->type(),
                                                      source.length(),
                                                      {nullptr, std::move(parts[i])}, 0));
  }
  return arrow::MakeArray(data);
}

template <typename From, typename To>
Result<ArrayPtr> Scale(const arrow::Array& array, int from, int to,
                       const std::shared_ptr<arrow::DataType>& type) {
  if (to >= from) {
    const std::int64_t factor = PowerOfTen(to - from);
    return MapValues<From, To>(array, type, [factor](From value) {
      return static_cast<To>(Multiply(static_cast<std::int64_t>(value), factor));
    });
  }
  const std::int64_t factor = PowerOfTen(from - to);
  return MapValues<From, To>(array, type, [factor](From value) {
    return static_cast<To>(FloorDivide(static_cast<std::int64_t>(value), factor));
  });
}

}  // namespace

Result<ArrayPtr> Rescale(const arrow::Array& array, int from, int to,
                         const std::shared_ptr<arrow::DataType>& type) {
  const bool from_short = array.type()->byte_width() == 4;
  const bool to_short = type->byte_width() == 4;
  if (from == to && from_short == to_short) return Relabel(array, type);
  if (!from_short && to > from && Overflows(array, PowerOfTen(to - from))) {
    return Error{Code::kInvalid,
                 "a timestamp is outside the range of its type: nanoseconds reach "
                 "from 1677 to 2262. Declare the column with 6 digits."};
  }
  if (from_short) {
    return to_short ? Scale<std::int32_t, std::int32_t>(array, from, to, type)
                    : Scale<std::int32_t, std::int64_t>(array, from, to, type);
  }
  return to_short ? Scale<std::int64_t, std::int32_t>(array, from, to, type)
                  : Scale<std::int64_t, std::int64_t>(array, from, to, type);
}

Result<ArrayPtr> EncodeTime(const arrow::Array& array, Target& target) {
  const int digits = FractionDigits(*array.type());
  if (digits < 0) {
    return Error{Code::kInternal, "column " + target.column.name + " is a time, but came as " +
                                      array.type()->ToString() + "."};
  }
  int& scale = target.column.type.scale;
  // Microseconds reach further than nanoseconds: a value of the year 9999 makes the whole result
  // say 6 digits, which loses nothing.
  if (scale > digits && array.type_id() == arrow::Type::TIMESTAMP &&
      Overflows(array, PowerOfTen(scale - digits))) {
    scale = digits;
    target.wire = WireType(target.column.type);
  }
  if (target.wire->id() == arrow::Type::STRUCT) {
    FIRN_TRY(auto parts, SplitTicks(array, digits, scale));
    return MakeStruct(array, target.wire, std::move(parts));
  }
  return Rescale(array, digits, scale, target.wire);
}

Result<ArrayPtr> EncodeTimestampTz(const arrow::Array& array, const Target& target) {
  const auto& fields = static_cast<const arrow::StructArray&>(array);
  if (array.type_id() != arrow::Type::STRUCT || fields.num_fields() != 2 ||
      fields.field(0)->type_id() != arrow::Type::TIMESTAMP ||
      fields.field(1)->type_id() != arrow::Type::INT16) {
    return Error{Code::kInternal, "column " + target.column.name +
                                      " is a TIMESTAMP_TZ, but came as " +
                                      array.type()->ToString() + "."};
  }
  const auto utc = fields.field(0);
  const auto offset = fields.field(1);
  FIRN_TRY(auto parts, SplitTicks(*utc, FractionDigits(*utc->type()), target.column.type.scale));
  FIRN_TRY(auto zone, (MapValues<std::int16_t, std::int32_t>(
                          *offset, arrow::int32(),
                          [](std::int16_t minutes) { return minutes + kOffsetBase; })));
  parts.push_back(zone->data()->buffers[1]);
  return MakeStruct(array, target.wire, std::move(parts));
}

Result<ArrayPtr> TicksOfStruct(const arrow::Array& array, int scale,
                               const std::shared_ptr<arrow::DataType>& type) {
  const auto& parts = static_cast<const arrow::StructArray&>(array);
  const auto epoch = parts.field(0);
  const auto fraction = parts.field(1);
  FIRN_TRY(auto values, Room<std::int64_t>(array.length()));
  const auto* seconds = ValuesOf<std::int64_t>(*epoch->data());
  const auto* nanos = ValuesOf<std::int32_t>(*fraction->data());
  auto* out = reinterpret_cast<std::int64_t*>(values->mutable_data());
  const std::int64_t unit = PowerOfTen(scale);
  const std::int64_t step = PowerOfTen(9 - scale);
  for (std::int64_t i = 0; i < array.length(); ++i) {
    out[i] = Add(Multiply(seconds[i], unit), nanos[i] / step);
  }
  return WithValues(array, type, std::move(values));
}

}  // namespace firn::results
