#pragma once

#include <string>

#include "statements/execution.hpp"

namespace firn::statements {

/// The value of CURRENT_USER and its kin, and of SYSTEM$… functions, as a DuckDB expression.
/// Errors: Snowflake's 2140 for one that does not exist.
Result<std::string> ContextValue(Execution& execution, const catalog::Scope& scope,
                                 const std::string& name);

}  // namespace firn::statements
