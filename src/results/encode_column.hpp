#pragma once

#include "results/arrays.hpp"
#include "results/target.hpp"

namespace firn::results {

/// One column of a batch, from DuckDB's Arrow to the wire's. May widen the target.
Result<ArrayPtr> EncodeColumn(const ArrayPtr& array, Target& target);

Result<ArrayPtr> EncodeNumber(const arrow::Array& array, Target& target);
Result<ArrayPtr> EncodeTime(const arrow::Array& array, Target& target);
Result<ArrayPtr> EncodeTimestampTz(const arrow::Array& array, const Target& target);
/// Text as it is; anything else as text, nested values as JSON.
Result<ArrayPtr> EncodeText(const ArrayPtr& array);
Result<ArrayPtr> EncodeBinary(const ArrayPtr& array);

/// The struct {epoch, fraction, …} of an LTZ or TZ column as ticks of 10^-scale.
Result<ArrayPtr> TicksOfStruct(const arrow::Array& array, int scale,
                               const std::shared_ptr<arrow::DataType>& type);
/// int64 of a FIXED column as decimal128.
Result<ArrayPtr> WidenToDecimal(const arrow::Array& array,
                                const std::shared_ptr<arrow::DataType>& type);
/// int64 or int32 ticks of 10^-from seconds as ticks of 10^-to. Fails where int64 overflows.
Result<ArrayPtr> Rescale(const arrow::Array& array, int from, int to,
                         const std::shared_ptr<arrow::DataType>& type);

}  // namespace firn::results
