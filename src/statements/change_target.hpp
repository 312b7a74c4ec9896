#pragma once

#include <string_view>

#include "catalog/catalog_service.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// Refuses a change that the role may not make: the final text says what is done to the rows of
/// the target, and each needs its privilege; `reads` needs SELECT.
Status CheckMayChange(const Execution& execution, std::string_view sql,
                      const catalog::Object& target, bool reads);

/// The lake's tables have columns that nobody declared (rowid, filename, …). A query reads its
/// tables through a SELECT that leaves them out; the target of a change stands bare. Refuses a name
/// that could mean such a column of the target, unless the target declares it.
/// Errors: Snowflake's 904 with what to write instead.
Status CheckHiddenColumns(std::string_view sql, const catalog::Object& target);

/// Whether the lake's tables have a column of that name beside those that somebody declared.
bool IsHiddenColumn(std::string_view name);

}  // namespace firn::statements
