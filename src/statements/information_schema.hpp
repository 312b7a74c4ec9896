#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/cursor.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

struct MadeView {
  std::string sql;  ///< a parenthesised query
  std::vector<std::string> columns;
};

/// Nothing unless the name's schema is INFORMATION_SCHEMA; then that view as the caller may see
/// it, or the error for one that does not exist.
std::optional<Result<MadeView>> InformationSchemaView(Execution& execution,
                                                      const catalog::Scope& scope,
                                                      const sql::NameParts& name);

}  // namespace firn::statements
