#include "results/encoder.hpp"

#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "results/encode_column.hpp"

namespace firn::results {
namespace {

int ScaleOf(const arrow::Field& field) {
  const auto text = field.metadata()->Get("scale");
  return text.ok() ? std::stoi(*text) : 0;
}

}  // namespace

Encoder::Encoder(const std::vector<ResultColumn>& declared,
                 const std::vector<engine::Column>& columns, const arrow::Schema& source) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ResultColumn* known = declared.size() == columns.size() ? &declared[i] : nullptr;
    targets_.push_back(MakeTarget(known, columns[i], *source.field(static_cast<int>(i))->type()));
  }
  MakeSchema();
}

Encoder::Encoder(std::vector<Target> targets) : targets_(std::move(targets)) { MakeSchema(); }

void Encoder::MakeSchema() {
  arrow::FieldVector fields;
  for (const Target& target : targets_) fields.push_back(WireField(target));
  schema_ = arrow::schema(std::move(fields));
}

Result<std::shared_ptr<arrow::RecordBatch>> Encoder::Encode(const arrow::RecordBatch& batch) {
  arrow::ArrayVector arrays;
  bool changed = false;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target& target = targets_[i];
    const auto wire = target.wire;
    const int scale = target.column.type.scale;
    FIRN_TRY(auto array, EncodeColumn(batch.column(static_cast<int>(i)), target));
    changed |= wire != target.wire || scale != target.column.type.scale;
    arrays.push_back(std::move(array));
  }
  if (changed) MakeSchema();
  return arrow::RecordBatch::Make(schema_, batch.num_rows(), std::move(arrays));
}

Result<std::shared_ptr<arrow::RecordBatch>> Encoder::Upgrade(
    const arrow::RecordBatch& batch) const {
  arrow::ArrayVector arrays;
  for (int i = 0; i < batch.num_columns(); ++i) {
    const auto& from = *batch.schema()->field(i);
    const Target& target = targets_[static_cast<std::size_t>(i)];
    auto array = batch.column(i);
    if (from.type()->id() == arrow::Type::STRUCT && target.wire->id() == arrow::Type::INT64) {
      FIRN_TRY(array, TicksOfStruct(*array, target.column.type.scale, target.wire));
    } else if (!from.type()->Equals(*target.wire)) {
      FIRN_TRY(array, WidenToDecimal(*array, target.wire));
    } else if (const int scale = ScaleOf(from);
               target.wire->id() == arrow::Type::INT64 && scale != target.column.type.scale) {
      FIRN_TRY(array, Rescale(*array, scale, target.column.type.scale, target.wire));
    }
    arrays.push_back(std::move(array));
  }
  return arrow::RecordBatch::Make(schema_, batch.num_rows(), std::move(arrays));
}

std::vector<ResultColumn> Encoder::columns() const {
  std::vector<ResultColumn> columns;
  for (const Target& target : targets_) columns.push_back(target.column);
  return columns;
}

}  // namespace firn::results
