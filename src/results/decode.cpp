#include "results/decode.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/array/util.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "results/encode_column.hpp"
#include "results/stream_reader.hpp"

namespace firn::results {
namespace {

using types::DataType;
using types::Kind;

std::shared_ptr<arrow::DataType> TypeOf(const DataType& type) {
  switch (type.kind) {
    case Kind::kNumber:
      return type.stored_as_int64 && type.scale == 0
                 ? arrow::int64()
                 : arrow::decimal128(type.precision, type.scale);
    case Kind::kTime: return arrow::time64(arrow::TimeUnit::MICRO);
    case Kind::kTimestampNtz:
      return arrow::timestamp(type.scale > 6 ? arrow::TimeUnit::NANO : arrow::TimeUnit::MICRO);
    case Kind::kTimestampLtz: return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case Kind::kTimestampTz:
      return arrow::struct_({arrow::field("firn_utc", arrow::timestamp(arrow::TimeUnit::NANO)),
                             arrow::field("firn_offset_min", arrow::int16())});
    default: return nullptr;
  }
}

std::shared_ptr<arrow::Field> FieldOf(const ResultColumn& column, const arrow::Field& wire) {
  auto type = TypeOf(column.type);
  if (!type) type = wire.type();
  std::shared_ptr<arrow::KeyValueMetadata> metadata;
  if (column.type.kind == Kind::kVariant || column.type.kind == Kind::kObject ||
      column.type.kind == Kind::kArray) {
    metadata = arrow::key_value_metadata({"ARROW:extension:name", "ARROW:extension:metadata"},
                                         {"arrow.json", ""});
  }
  return arrow::field(column.name, std::move(type), true, std::move(metadata));
}

Result<ArrayPtr> DecodeNumber(const ArrayPtr& array, const std::shared_ptr<arrow::DataType>& type) {
  if (array->type_id() == type->id()) return Relabel(*array, type);
  if (type->id() == arrow::Type::DECIMAL128) return WidenToDecimal(*array, type);
  const auto widen = [](auto value) { return static_cast<std::int64_t>(value); };
  switch (array->type_id()) {
    case arrow::Type::INT8: return MapValues<std::int8_t, std::int64_t>(*array, type, widen);
    case arrow::Type::INT16: return MapValues<std::int16_t, std::int64_t>(*array, type, widen);
    case arrow::Type::INT32: return MapValues<std::int32_t, std::int64_t>(*array, type, widen);
    default:
      return Error{Code::kInternal, "a whole number came as " + array->type()->ToString() + "."};
  }
}

Result<ArrayPtr> DecodeTimestampTz(const arrow::Array& array,
                                   const std::shared_ptr<arrow::DataType>& type) {
  const auto& parts = static_cast<const arrow::StructArray&>(array);
  FIRN_TRY(const auto utc, TicksOfStruct(array, 9, arrow::timestamp(arrow::TimeUnit::NANO)));
  FIRN_TRY(auto offset, (MapValues<std::int32_t, std::int16_t>(
                            *parts.field(2), arrow::int16(), [](std::int32_t minutes) {
                              return static_cast<std::int16_t>(minutes - 1440);
                            })));
  FIRN_TRY(auto validity, ValidityOf(*array.data()));
  auto data =
      arrow::ArrayData::Make(type, array.length(), {std::move(validity)}, array.null_count());
  data->child_data = {arrow::ArrayData::Make(arrow::timestamp(arrow::TimeUnit::NANO),
                                             array.length(), {nullptr, utc->data()->buffers[1]}, 0),
                      arrow::ArrayData::Make(arrow::int16(), array.length(),
                                             {nullptr, offset->data()->buffers[1]}, 0)};
  return arrow::MakeArray(data);
}

Result<ArrayPtr> DecodeColumn(const ArrayPtr& array, const DataType& from,
                              const std::shared_ptr<arrow::DataType>& type) {
  switch (from.kind) {
    case Kind::kNumber: return DecodeNumber(array, type);
    case Kind::kTime:
    case Kind::kTimestampLtz:
      if (array->type_id() == arrow::Type::STRUCT) return TicksOfStruct(*array, 6, type);
      return Rescale(*array, from.scale, 6, type);
    case Kind::kTimestampNtz: return Rescale(*array, from.scale, from.scale > 6 ? 9 : 6, type);
    case Kind::kTimestampTz: return DecodeTimestampTz(*array, type);
    default: return array;
  }
}

class Decoder : public arrow::RecordBatchReader {
 public:
  Decoder(std::shared_ptr<arrow::RecordBatchReader> wire, std::vector<ResultColumn> columns)
      : wire_(std::move(wire)), columns_(std::move(columns)) {
    arrow::FieldVector fields;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      fields.push_back(FieldOf(columns_[i], *wire_->schema()->field(static_cast<int>(i))));
    }
    schema_ = arrow::schema(std::move(fields));
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ARROW_RETURN_NOT_OK(wire_->ReadNext(batch));
    if (!*batch) return arrow::Status::OK();
    arrow::ArrayVector arrays;
    for (int i = 0; i < schema_->num_fields(); ++i) {
      auto array = DecodeColumn((*batch)->column(i), columns_[static_cast<std::size_t>(i)].type,
                                schema_->field(i)->type());
      if (!array) return arrow::Status::Invalid(array.error().message);
      arrays.push_back(*std::move(array));
    }
    *batch = arrow::RecordBatch::Make(schema_, (*batch)->num_rows(), std::move(arrays));
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> wire_;
  std::vector<ResultColumn> columns_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> OpenDecoded(const ResultSet& result) {
  FIRN_TRY(auto wire, OpenStreams(result));
  if (wire->schema()->num_fields() != static_cast<int>(result.columns.size())) {
    return Error{Code::kInternal, "the result's data and its columns do not match."};
  }
  return std::shared_ptr<arrow::RecordBatchReader>(
      std::make_shared<Decoder>(std::move(wire), result.columns));
}

}  // namespace firn::results
