#pragma once

#include "base/result.hpp"
#include "store/database.hpp"

namespace firn::access {

/// Brings the tables of this module up to date and, the first time, makes the system roles and
/// the user ADMIN.
Status PrepareSchema(store::Database& database, std::int64_t now_ms);

/// A number that `what` never had: ids are not used twice, even after a drop.
Result<std::int64_t> NextId(store::Executor& executor, std::string_view what);

/// True the first time it is asked with this mark in the life of a home.
Result<bool> IsFirstTime(store::Executor& executor, const std::string& mark);

}  // namespace firn::access
