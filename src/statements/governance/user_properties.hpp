#pragma once

#include <string>

#include "access/access_service.hpp"
#include "sql/cursor.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// Properties as CREATE USER and ALTER USER … SET write them; all are read before any is set.
struct UserProperties {
  access::UserChange change;
  std::optional<std::string> password, key, key_2;
  std::optional<bool> disabled;
};

/// NAME = value … up to the end of the statement. Errors: 1003 naming a property that is none.
Result<UserProperties> ParseUserProperties(sql::Cursor& cursor);
Status SetUserProperties(Execution& execution, const std::string& user,
                         const UserProperties& properties);
/// What a user may set of itself: the password and the defaults, not what others decide.
bool AreOwn(const UserProperties& properties);

}  // namespace firn::statements
