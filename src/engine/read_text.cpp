#include "engine/read_text.hpp"

#include <arrow/array/array_binary.h>
#include <arrow/record_batch.h>

namespace firn::engine {

Result<std::vector<std::vector<std::string>>> ReadText(Connection& connection,
                                                       std::string_view sql) {
  FIRN_TRY(const auto stream, connection.Query(sql));
  std::vector<std::vector<std::string>> out;
  while (true) {
    FIRN_TRY(const auto batch, stream->Next());
    if (!batch) return out;
    for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
      auto& texts = out.emplace_back();
      for (const auto& column : batch->columns()) {
        if (column->type_id() != arrow::Type::STRING) {
          return Error{Code::kInternal, "a column of '" + std::string(sql) + "' is not VARCHAR"};
        }
        const auto& strings = static_cast<const arrow::StringArray&>(*column);
        texts.push_back(strings.IsNull(row) ? "" : strings.GetString(row));
      }
    }
  }
}

}  // namespace firn::engine
