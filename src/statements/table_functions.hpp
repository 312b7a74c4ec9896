#pragma once

#include "statements/execution.hpp"

namespace firn::statements {

/// Table functions that Firn itself answers, as TABLE(INFER_SCHEMA(…)): each is run now, its rows
/// become a result of the session's, and the text reads that result instead.
Status ResolveTableFunctions(Execution& execution);

}  // namespace firn::statements
