#include "results/arrays.hpp"

#include <arrow/array/util.h>
#include <arrow/util/bit_util.h>

namespace firn::results {

Result<std::shared_ptr<arrow::Buffer>> ValidityOf(const arrow::ArrayData& data) {
  if (data.GetNullCount() == 0 || data.buffers[0] == nullptr) {
    return std::shared_ptr<arrow::Buffer>();
  }
  if (data.offset == 0) return data.buffers[0];
  FIRN_TRY(auto bits, FromArrow(arrow::AllocateEmptyBitmap(data.length)));
  const std::uint8_t* in = data.buffers[0]->data();
  for (std::int64_t i = 0; i < data.length; ++i) {
    if (arrow::bit_util::GetBit(in, data.offset + i)) {
      arrow::bit_util::SetBit(bits->mutable_data(), i);
    }
  }
  return bits;
}

ArrayPtr Relabel(const arrow::Array& array, std::shared_ptr<arrow::DataType> type) {
  auto data = array.data()->Copy();
  data->type = std::move(type);
  return arrow::MakeArray(data);
}

Result<ArrayPtr> WithValues(const arrow::Array& source, std::shared_ptr<arrow::DataType> type,
                            std::shared_ptr<arrow::Buffer> values) {
  FIRN_TRY(auto validity, ValidityOf(*source.data()));
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(type), source.length(),
                                                 {std::move(validity), std::move(values)},
                                                 source.null_count()));
}

}  // namespace firn::results
