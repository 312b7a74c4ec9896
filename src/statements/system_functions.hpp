#pragma once

#include <string>

#include "statements/execution.hpp"

namespace firn::statements {

/// `call` is "SYSTEM$NAME(arguments as written)". Returns a DuckDB expression.
/// Errors: Snowflake's 2140 for one that does not exist.
Result<std::string> SystemFunction(Execution& execution, const std::string& call);

}  // namespace firn::statements
