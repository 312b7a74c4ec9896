#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace firn::statements {

/// Snowflake's DATE_FORMAT, TIME_FORMAT or TIMESTAMP_FORMAT ("DD/MM/YYYY HH24:MI") as DuckDB's
/// strptime reads it ("%d/%m/%Y %H:%M"). Errors: kInvalid for a part that is not known.
Result<std::string> ToStrptime(std::string_view format);

}  // namespace firn::statements
