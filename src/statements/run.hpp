#pragma once

#include "statements/execution.hpp"
#include "statements/form.hpp"

namespace firn::statements {

struct Finished {
  Outcome outcome;
  StatementType type = StatementType::kUnknown;
};

/// Runs one statement from its text to its outcome. `execution.text` is the statement as sent;
/// names and variables in it are resolved here. The same for every door.
Result<Finished> Run(Execution& execution);

}  // namespace firn::statements
