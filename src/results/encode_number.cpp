#include <arrow/type.h>

#include <limits>

#include "results/encode_column.hpp"

namespace firn::results {
namespace {

/// A decimal128 value as it lies in memory.
struct Wide {
  std::uint64_t low;
  std::int64_t high;
};

__extension__ typedef __int128 Int128;

constexpr Int128 Join(Wide value) {
  return static_cast<Int128>(value.high) * (static_cast<Int128>(1) << 64) +
         static_cast<Int128>(value.low);
}

constexpr Int128 kLimit = static_cast<Int128>(1'000'000'000'000'000'000) *
                          static_cast<Int128>(1'000'000'000'000'000'000) * 100;

bool FitsInt64(Wide value) { return value.high == (static_cast<std::int64_t>(value.low) >> 63); }

/// False where a value that is not NULL needs more than 64 bits.
Result<bool> Narrow(const arrow::Array& array, std::int64_t* out) {
  const Wide* in = ValuesOf<Wide>(*array.data());
  std::int64_t misfit = 0;
  for (std::int64_t i = 0; i < array.length(); ++i) {
    const auto low = static_cast<std::int64_t>(in[i].low);
    misfit |= in[i].high ^ (low >> 63);
    out[i] = low;
  }
  if (misfit == 0) return true;
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (!FitsInt64(in[i]) && array.IsValid(i)) return false;
  }
  return true;
}

Error TooLarge(const Target& target) {
  return SqlError(Code::kInvalid, 100039, "22003",
                  "Numeric value in column " + target.column.name +
                      " is out of range: NUMBER holds at most 38 digits. Cast it to FLOAT or to "
                      "VARCHAR.");
}

Result<ArrayPtr> FromDecimal128(const arrow::Array& array, Target& target) {
  if (target.wire->id() == arrow::Type::INT64) {
    FIRN_TRY(auto values, Room<std::int64_t>(array.length()));
    FIRN_TRY(const bool fits,
             Narrow(array, reinterpret_cast<std::int64_t*>(values->mutable_data())));
    if (fits) return WithValues(array, target.wire, std::move(values));
    target.wire = arrow::decimal128(target.column.type.precision, target.column.type.scale);
  }
  const Wide* in = ValuesOf<Wide>(*array.data());
  for (std::int64_t i = 0; i < array.length(); ++i) {
    const Int128 value = Join(in[i]);
    if ((value >= kLimit || value <= -kLimit) && array.IsValid(i)) return TooLarge(target);
  }
  return Relabel(array, target.wire);
}

Result<ArrayPtr> FromUint64(const arrow::Array& array, Target& target) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto* in = ValuesOf<std::uint64_t>(*array.data());
  if (target.wire->id() == arrow::Type::INT64) {
    bool fits = true;
    for (std::int64_t i = 0; i < array.length() && fits; ++i) {
      fits = in[i] <= kMost || array.IsNull(i);
    }
    if (fits) return Relabel(array, target.wire);
    target.wire = arrow::decimal128(38, 0);
  }
  return MapValues<std::uint64_t, Wide>(array, target.wire, [](std::uint64_t value) {
    return Wide{value, 0};
  });
}

template <typename From, typename To>
Result<ArrayPtr> Cast(const arrow::Array& array, std::shared_ptr<arrow::DataType> type) {
  return MapValues<From, To>(array, std::move(type),
                             [](From value) { return static_cast<To>(value); });
}

}  // namespace

Result<ArrayPtr> EncodeNumber(const arrow::Array& array, Target& target) {
  switch (array.type_id()) {
    case arrow::Type::INT8:
    case arrow::Type::INT16:
    case arrow::Type::INT32:
    case arrow::Type::INT64: return Relabel(array, target.wire);
    case arrow::Type::UINT8: return Cast<std::uint8_t, std::int16_t>(array, target.wire);
    case arrow::Type::UINT16: return Cast<std::uint16_t, std::int32_t>(array, target.wire);
    case arrow::Type::UINT32: return Cast<std::uint32_t, std::int64_t>(array, target.wire);
    case arrow::Type::UINT64: return FromUint64(array, target);
    case arrow::Type::DECIMAL32: return Cast<std::int32_t, std::int64_t>(array, target.wire);
    case arrow::Type::DECIMAL64: return Relabel(array, target.wire);
    case arrow::Type::DECIMAL128: return FromDecimal128(array, target);
    default:
      return Error{Code::kInternal, "column " + target.column.name + " is a NUMBER, but came as " +
                                        array.type()->ToString() + "."};
  }
}

Result<ArrayPtr> WidenToDecimal(const arrow::Array& array,
                                const std::shared_ptr<arrow::DataType>& type) {
  const auto widen = [](auto value) {
    const auto wide = static_cast<std::int64_t>(value);
    return Wide{static_cast<std::uint64_t>(wide), wide >> 63};
  };
  switch (array.type_id()) {
    case arrow::Type::INT8: return MapValues<std::int8_t, Wide>(array, type, widen);
    case arrow::Type::INT16: return MapValues<std::int16_t, Wide>(array, type, widen);
    case arrow::Type::INT32: return MapValues<std::int32_t, Wide>(array, type, widen);
    default: return MapValues<std::int64_t, Wide>(array, type, widen);
  }
}

}  // namespace firn::results
