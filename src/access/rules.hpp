#pragma once

#include <set>
#include <string_view>

#include "access/check.hpp"
#include "access/directory.hpp"
#include "access/grant_book.hpp"

namespace firn::access {

/// What a rule may look at. `active` are the roles that count for the privilege.
struct Question {
  const Directory& directory;
  const GrantBook& grants;
  const std::set<RoleId>& active;
  Privilege privilege;
  const ObjectRef& object;
};

/// One reason to say yes. A check passes when any rule of the table in rules.cpp does.
struct Rule {
  std::string_view name;
  bool (*allows)(const Question&);
};

/// The rule that allows it; nullptr: none.
const Rule* FindRule(const Directory& directory, const GrantBook& grants,
                     const Principal& principal, Privilege privilege, const ObjectRef& object);

/// Whether the principal has any privilege on the object, or MANAGE GRANTS.
bool SeesObject(const Directory& directory, const GrantBook& grants, const Principal& principal,
                const ObjectRef& object);

/// Snowflake's 3001 with the missing privilege.
Error Denied(const Principal& principal, Privilege privilege, const ObjectRef& object);

}  // namespace firn::access
