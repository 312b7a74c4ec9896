#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "access/check.hpp"

namespace firn::access {

inline constexpr std::string_view kAccountAdmin = "ACCOUNTADMIN";
inline constexpr std::string_view kPublic = "PUBLIC";

/// Who holds what, as one immutable picture: built from the database after each change of users
/// or roles, so that a check reads no database. Names are folded.
struct Directory {
  /// Each role with the roles whose privileges it has: itself, the roles granted to it, and those
  /// granted to them. PUBLIC is in every one.
  std::map<std::string, std::set<std::string>, std::less<>> inherited;
  /// Enabled users, each with the roles that it may take.
  std::map<std::int64_t, std::set<std::string>> roles_of_user;
};

/// One reason to say yes. A check passes when any rule of the table in rules.cpp does; grants on
/// objects will be one more line there.
struct Rule {
  std::string_view name;
  bool (*allows)(const Directory&, const Principal&, Privilege, const ObjectRef&);
};

/// The rule that allows it; nullptr: none.
const Rule* FindRule(const Directory& directory, const Principal& principal, Privilege privilege,
                     const ObjectRef& object);

/// Snowflake's 3001 with the missing privilege.
Error Denied(const Principal& principal, Privilege privilege, const ObjectRef& object);

}  // namespace firn::access
