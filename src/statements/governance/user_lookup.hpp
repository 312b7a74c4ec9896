#pragma once

#include "access/access_service.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// Oneself, or a user that the role owns, was granted something on, or may see by MANAGE GRANTS.
bool SeesUser(Execution& execution, const access::User& user);
/// Errors: 2003 for one that is not there or not to be seen, alike.
Result<access::User> FindVisibleUser(Execution& execution, const std::string& name);

}  // namespace firn::statements
