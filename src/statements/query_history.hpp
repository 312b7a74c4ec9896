#pragma once

#include <map>
#include <string>

#include "statements/execution.hpp"

namespace firn::statements {

/// QUERY_HISTORY([RESULT_LIMIT => n]), and …_BY_SESSION([SESSION_ID => n]), …_BY_USER([USER_NAME =>
/// 'u']): one's own queries; those of others with MONITOR on the account.
Result<Outcome> QueryHistory(Execution& execution, const std::string& function,
                             const std::map<std::string, std::string>& arguments);

}  // namespace firn::statements
