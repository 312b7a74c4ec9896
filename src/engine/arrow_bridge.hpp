#pragma once

#include <memory>
#include <vector>

#include "engine/duckdb_handles.hpp"
#include "engine/engine.hpp"
#include "engine/error_map.hpp"

namespace firn::engine {

Type TypeOf(duckdb_logical_type type);
/// The columns of a prepared statement's result.
std::vector<Column> ColumnsOf(duckdb_prepared_statement statement);
/// The columns and the Arrow options of a result that has started.
std::vector<Column> ColumnsOf(duckdb_result* result);

Result<std::shared_ptr<arrow::Schema>> ToArrowSchema(duckdb_arrow_options options,
                                                     duckdb_result* result, const ErrorMap& errors);
Result<std::shared_ptr<arrow::RecordBatch>> ToArrowBatch(
    duckdb_arrow_options options, duckdb_data_chunk chunk,
    const std::shared_ptr<arrow::Schema>& schema, const ErrorMap& errors);

/// The error in `data`, which this takes over, or success.
Status StatusOf(duckdb_error_data data, const ErrorMap& errors);

}  // namespace firn::engine
