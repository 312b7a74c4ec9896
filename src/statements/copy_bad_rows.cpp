#include "statements/copy_bad_rows.hpp"

#include <arrow/record_batch.h>

namespace firn::statements {

std::string ReadAs(const types::DataType& type) {
  switch (type.kind) {
    // 1.5 for a column of whole numbers is rounded, not refused.
    case types::Kind::kNumber: return "DECIMAL(38," + std::to_string(type.scale) + ")";
    case types::Kind::kFloat:
    case types::Kind::kBoolean:
    case types::Kind::kDate:
    case types::Kind::kTime:
    case types::Kind::kTimestampNtz: return types::StorageType(type);
    default: return "";
  }
}

std::string PlaceOfBadRow(Execution& execution, const std::filesystem::path& file,
                          engine::FileFormat format) {
  format.skip_bad_rows = true;
  const auto scan = execution.services.ingest.Scan({file}, format);
  if (!scan) return "";
  const auto reader = (*scan)->reader();
  std::shared_ptr<arrow::RecordBatch> batch;
  do {
    if (execution.cancellation.cancelled() || !reader->ReadNext(&batch).ok()) return "";
  } while (batch != nullptr);
  const auto bad = (*scan)->BadRows();
  if (!bad || bad->empty()) return "";
  const auto& first = bad->front();
  return "\n  Line " + std::to_string(first.line) + ", column " + first.column + ": " +
         first.message;
}

}  // namespace firn::statements
