#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace firn::engine {

/// The tables in the syntax tree that DuckDB's json_serialize_sql gives for a query, each as
/// quoted parts ("lake"."FIRN.PUBLIC"."T"). Names of CTEs are not tables where they are in scope.
/// Errors: kInvalid for what DuckDB does not serialise and for SHOW.
Result<std::set<std::string>> TablesOfTree(std::string_view json);

}  // namespace firn::engine
