#pragma once

#include "access/rules.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace firn::access {

/// Reads users, roles and role grants, and follows the grants of roles to roles.
Result<Directory> LoadDirectory(store::Executor& executor);

}  // namespace firn::access
