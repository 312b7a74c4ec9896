#pragma once

#include <memory>
#include <vector>

#include "engine/engine.hpp"
#include "results/result_set.hpp"

namespace arrow {
class DataType;
class Field;
}  // namespace arrow

namespace firn::results {

/// What a column becomes on the wire. `wire` starts narrow and may widen while a result is
/// encoded (int64 to decimal128), or `column.type.scale` may fall back to the data's own; both
/// hold for the whole result, since clients refuse to join chunks of different types.
struct Target {
  ResultColumn column;
  std::shared_ptr<arrow::DataType> wire;
};

/// The declared type where the data can be sent as that, else the type that the engine's implies.
Target MakeTarget(const ResultColumn* declared, const engine::Column& from,
                  const arrow::DataType& source);

/// The Arrow type that a column has when nothing is known of its values.
std::shared_ptr<arrow::DataType> WireType(const types::DataType& type);

/// The field with the metadata that Snowflake's clients read.
std::shared_ptr<arrow::Field> WireField(const Target& target);

/// The digits after the second that Arrow's unit has; -1 for a type without a unit.
int FractionDigits(const arrow::DataType& type);

/// JSON, as in an extension type of that name.
bool IsText(const arrow::DataType& type);
bool IsNested(const arrow::DataType& type);

}  // namespace firn::results
