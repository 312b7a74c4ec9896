#pragma once

#include <string>
#include <vector>

#include "results/result_set.hpp"

namespace firn::results {

/// The `rowtype` of an answer, as a JSON array: what each column is called and is, with the
/// fields that Snowflake fills for its type and null in the others.
std::string RowType(const std::vector<ResultColumn>& columns);

}  // namespace firn::results
