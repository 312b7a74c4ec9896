#pragma once

#include <memory>

#include "base/result.hpp"
#include "results/result_set.hpp"

namespace firn::results {

/// The batches of a result as they lie on the wire: the inline part, then each chunk. A file is
/// opened when its turn comes, and mapped.
Result<std::shared_ptr<arrow::RecordBatchReader>> OpenStreams(const ResultSet& result);

/// One of these parts alone: 0 is the inline part, i the i-th chunk from 1 on.
Result<std::shared_ptr<arrow::RecordBatchReader>> OpenPart(const ResultSet& result,
                                                           std::size_t part);

}  // namespace firn::results
