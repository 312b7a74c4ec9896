#pragma once

#include <optional>
#include <string>
#include <vector>

#include "statements/execution.hpp"

namespace firn::statements {

/// A table with other columns, and the steps in the lake that make it so. None: nothing to do.
struct AlteredColumns {
  catalog::Object table;
  std::vector<std::string> steps;
};

/// ADD [COLUMN] …, DROP [COLUMN] … or RENAME COLUMN a TO b at the cursor, to its end. Nothing when
/// another word stands there. Errors: Snowflake's 904 and 1430 for names.
Result<std::optional<AlteredColumns>> AlterColumns(Execution& execution, sql::Cursor& cursor,
                                                   const catalog::Object& table);

}  // namespace firn::statements
