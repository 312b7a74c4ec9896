#pragma once

#include <string>
#include <utility>
#include <vector>

#include "statements/connections.hpp"

namespace firn::statements {

/// Runs steps that change rows, all or none: in the session's transaction if one is open (or begun
/// here, when AUTOCOMMIT is off), else in one of their own. Returns rows changed by each step.
Result<std::vector<std::int64_t>> Change(Execution& execution, Lease& lease,
                                         const std::vector<std::string>& steps);

/// One row of counts, as DML answers: {"number of rows inserted", 3}.
Outcome CountOutcome(const std::vector<std::pair<std::string, std::int64_t>>& counts);

}  // namespace firn::statements
