#pragma once

#include <arrow/array/array_base.h>
#include <arrow/array/data.h>
#include <arrow/buffer.h>
#include <arrow/result.h>
#include <arrow/status.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/result.hpp"

namespace firn::results {

/// Small helpers over Arrow's arrays for the files of this folder only.
using ArrayPtr = std::shared_ptr<arrow::Array>;

inline Error ArrowError(const arrow::Status& status) {
  return Error{status.IsOutOfMemory() ? Code::kExhausted : Code::kInternal,
               "a result could not be converted: " + status.message() + "."};
}

inline Status FromArrow(const arrow::Status& status) {
  return status.ok() ? Status() : Status(ArrowError(status));
}

template <typename T>
Result<T> FromArrow(arrow::Result<T> result) {
  if (!result.ok()) return ArrowError(result.status());
  return std::move(result).ValueUnsafe();
}

/// The values of a fixed-width array, its offset applied.
template <typename T>
const T* ValuesOf(const arrow::ArrayData& data) {
  return data.GetValues<T>(1);
}

/// The validity bitmap, starting at bit 0; null when nothing is NULL.
Result<std::shared_ptr<arrow::Buffer>> ValidityOf(const arrow::ArrayData& data);

/// The same bytes under another type. No copy.
ArrayPtr Relabel(const arrow::Array& array, std::shared_ptr<arrow::DataType> type);

/// An array whose values buffer is new and whose NULLs are those of `source`.
Result<ArrayPtr> WithValues(const arrow::Array& source, std::shared_ptr<arrow::DataType> type,
                            std::shared_ptr<arrow::Buffer> values);

/// Room for `count` values.
template <typename T>
Result<std::shared_ptr<arrow::Buffer>> Room(std::int64_t count) {
  FIRN_TRY(auto buffer,
           FromArrow(arrow::AllocateBuffer(count * static_cast<std::int64_t>(sizeof(T)))));
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

/// A new array of the same length with `convert(value)` for every slot, NULL ones too.
template <typename From, typename To, typename Convert>
Result<ArrayPtr> MapValues(const arrow::Array& array, std::shared_ptr<arrow::DataType> type,
                           Convert convert) {
  FIRN_TRY(auto values, Room<To>(array.length()));
  const From* in = ValuesOf<From>(*array.data());
  To* out = reinterpret_cast<To*>(values->mutable_data());
  for (std::int64_t i = 0; i < array.length(); ++i) out[i] = convert(in[i]);
  return WithValues(array, std::move(type), std::move(values));
}

/// 1, 10, … 10^18.
constexpr std::int64_t PowerOfTen(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

constexpr std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

}  // namespace firn::results
