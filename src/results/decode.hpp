#pragma once

#include <memory>

#include "base/result.hpp"
#include "results/result_set.hpp"

namespace firn::results {

/// The result in DuckDB's types again; most columns without a copy.
Result<std::shared_ptr<arrow::RecordBatchReader>> OpenDecoded(const ResultSet& result);

}  // namespace firn::results
