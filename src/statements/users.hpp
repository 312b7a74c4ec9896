#pragma once

#include "statements/execution.hpp"

namespace firn::statements {

/// Errors: kDenied for who may not see and change other users.
Status MayManageUsers(Execution& execution);

}  // namespace firn::statements
