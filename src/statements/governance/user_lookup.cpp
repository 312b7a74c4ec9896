#include "statements/governance/user_lookup.hpp"

#include "base/names.hpp"

namespace firn::statements {

bool SeesUser(Execution& execution, const access::User& user) {
  const auto& principal = execution.state.principal;
  return user.id == principal.user_id || execution.services.access.Sees(principal, user.ref());
}

Result<access::User> FindVisibleUser(Execution& execution, const std::string& name) {
  auto user = execution.services.access.FindUser(name);
  if (user && SeesUser(execution, *user)) return user;
  if (!user && user.error().code != Code::kNotFound) return user;
  return SqlError(
      Code::kNotFound, 2003, "02000",
      "SQL compilation error:\nUser '" + NameToSql(name) + "' does not exist or not authorized.");
}

}  // namespace firn::statements
