#pragma once

#include <optional>

#include "statements/execution.hpp"

namespace firn::statements {

/// The clauses of ALTER TABLE and ALTER VIEW that set and unset policies:
///   ADD ROW ACCESS POLICY p ON (a, …) | DROP ROW ACCESS POLICY p | DROP ALL ROW ACCESS POLICIES
///   {MODIFY | ALTER} [COLUMN] c {SET MASKING POLICY p [USING (c, a, …)] [FORCE] | UNSET MASKING
///   POLICY}
/// The cursor is behind the name. Nothing where another clause stands there.
Result<std::optional<Outcome>> AlterPolicies(Execution& execution, sql::Cursor cursor,
                                             const catalog::Object& object);

}  // namespace firn::statements
