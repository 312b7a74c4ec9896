#pragma once

#include <duckdb.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::engine {

/// A query that names every table that `sql` touches. DuckDB shows the syntax tree of queries
/// only, so INSERT, UPDATE, DELETE and MERGE become SELECTs over their target and their parts; a
/// query stays as it is. The text is only parsed, never run.
/// Errors: kInvalid for a MERGE with a subquery in a WHEN part, and for what it cannot read.
Result<std::string> AsQuery(std::string_view sql);

Result<std::vector<std::string>> ReadTableNames(duckdb_connection connection, std::string_view sql);

}  // namespace firn::engine
