#include "statements/bulk_values.hpp"

#include <arrow/array/builder_binary.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>

#include "engine/ingest.hpp"
#include "stages/stage_service.hpp"
#include "statements/bindings.hpp"
#include "statements/stage_location.hpp"

namespace firn::statements {
namespace {

std::string ColumnName(std::size_t position) { return "c" + std::to_string(position); }

Result<std::shared_ptr<arrow::Array>> TextArray(const Binding& binding, std::size_t rows) {
  arrow::StringBuilder builder;
  for (std::size_t row = 0; row < rows; ++row) {
    // A single value beside arrays counts for every row.
    const auto& value = binding.values[binding.values.size() == 1 ? 0 : row];
    const auto done = value ? builder.Append(*value) : builder.AppendNull();
    if (!done.ok()) return Error{Code::kExhausted, done.ToString()};
  }
  std::shared_ptr<arrow::Array> out;
  if (const auto done = builder.Finish(&out); !done.ok()) {
    return Error{Code::kExhausted, done.ToString()};
  }
  return out;
}

Result<std::shared_ptr<arrow::RecordBatchReader>> FromRequest(const Execution& execution) {
  std::size_t rows = 1;
  for (const auto& binding : execution.bindings) rows = std::max(rows, binding.values.size());
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (std::size_t i = 0; i < execution.bindings.size(); ++i) {
    const auto& binding = execution.bindings[i];
    if (binding.values.size() != rows && binding.values.size() != 1) {
      return SqlError(Code::kInvalid, 2049, "42601",
                      "The values bound to position " + std::to_string(i + 1) + " are " +
                          std::to_string(binding.values.size()) + ", others are " +
                          std::to_string(rows) + "; every position needs as many.");
    }
    FIRN_TRY(auto array, TextArray(binding, rows));
    arrays.push_back(std::move(array));
    fields.push_back(arrow::field(ColumnName(i + 1), arrow::utf8()));
  }
  const auto schema = arrow::schema(std::move(fields));
  const auto batch =
      arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(rows), std::move(arrays));
  auto reader = arrow::RecordBatchReader::Make({batch}, schema);
  if (!reader.ok()) return Error{Code::kInternal, reader.status().ToString()};
  return *std::move(reader);
}

/// The client wrote the rows as CSV files without a header, quoted with '"'.
Result<std::unique_ptr<engine::FileScan>> FromStage(Execution& execution) {
  FIRN_TRY(const auto location, ResolveStage(execution, execution.bind_stage));
  FIRN_TRY(const auto files, execution.services.stages.List(location.stage->id, location.path, {}));
  if (files.empty()) {
    return SqlError(Code::kNotFound, 2043, "02000",
                    "No values were uploaded to " + execution.bind_stage + ".");
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& file : files) {
    paths.push_back(execution.services.stages.LocalPath(location.stage->id, file.path));
  }
  engine::FileFormat format;
  format.quote = "\"";
  format.escape = "\"";
  return execution.services.ingest.Scan(paths, format);
}

}  // namespace

std::string BulkColumn(const Execution& execution, std::size_t position) {
  const auto column = std::string(kBulkAlias) + "." + ColumnName(position);
  if (position == 0 || position > execution.bindings.size()) return column;
  return BindingSql(execution.bindings[position - 1], column);
}

Status ReadBulkValues(Execution& execution, std::string& sql,
                      std::vector<std::unique_ptr<engine::Source>>& sources) {
  std::shared_ptr<arrow::RecordBatchReader> reader;
  if (execution.bind_stage.empty()) {
    FIRN_TRY(reader, FromRequest(execution));
  } else {
    FIRN_TRY(const auto scan, FromStage(execution));
    reader = scan->reader();
  }
  const auto count = static_cast<std::size_t>(reader->schema()->num_fields());
  auto source = execution.services.engine.Register(std::move(reader));
  sql += " FROM firn_scan(" + engine::QuoteText(source->name()) + ") AS " + std::string(kBulkAlias);
  for (std::size_t i = 1; i <= count; ++i) sql += (i == 1 ? "(" : ", ") + ColumnName(i);
  sql += ")";
  sources.push_back(std::move(source));
  return {};
}

}  // namespace firn::statements
