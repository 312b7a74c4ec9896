#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "results/result_set.hpp"
#include "results/target.hpp"

namespace firn::results {

/// Rows of text in Snowflake's JSON row format as one batch of wire Arrow. `targets` may widen.
/// Errors: kInternal for a text that its column's type does not have.
Result<std::vector<std::shared_ptr<arrow::Array>>> ParseTextRows(std::vector<Target>& targets,
                                                                 const std::vector<TextRow>& rows);

/// A wire batch as `["1","x"],[null,"y"]`, appended to `rows` and parted from what is there by ','.
void AppendJsonRows(const arrow::RecordBatch& batch, const std::vector<ResultColumn>& columns,
                    std::string& rows);

}  // namespace firn::results
