#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/access_service.hpp"
#include "sql/cursor.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// Something that can be granted on: a catalog's object, the account, a role or a user.
struct GrantObject {
  access::ObjectKind kind = access::ObjectKind::kAccount;
  std::int64_t id = 0;
  std::string name;  ///< as SQL, for messages
  std::string owner_role;
  std::optional<std::string> managed_by;  ///< the owner of its schema WITH MANAGED ACCESS

  [[nodiscard]] access::ObjectRef ref() const { return {kind, id, name, owner_role}; }
};

/// What stands behind ON: one object, ALL of a kind, or those to come (FUTURE).
struct GrantTarget {
  const access::KindInfo* kind = nullptr;
  std::vector<GrantObject> objects;      ///< of one or of all
  std::optional<GrantObject> container;  ///< of those to come
};

/// Reads what follows ON. Errors: 2003 for what the role may not see.
Result<GrantTarget> ParseGrantTarget(Execution& execution, sql::Cursor& cursor);
/// The one object behind ON: no ALL, no FUTURE.
Result<GrantObject> ParseGrantObject(Execution& execution, sql::Cursor& cursor);

/// [ROLE] name, or DATABASE ROLE database.name.
Result<access::Role> ParseRole(Execution& execution, sql::Cursor& cursor);
Result<access::Role> ParseDatabaseRole(Execution& execution, sql::Cursor& cursor);
/// ANALYST, or FIRN.READERS for a role of a database.
std::string RoleSqlName(Execution& execution, const access::Role& role);
access::ObjectRef RoleRef(const access::Role& role);

/// SELECT, INSERT … up to ON; ALL [PRIVILEGES] is every privilege of the kind but OWNERSHIP, so
/// the kind is asked later.
struct PrivilegeList {
  bool all = false;
  std::vector<std::string> names;
};
Result<PrivilegeList> ParsePrivileges(sql::Cursor& cursor);
Result<access::PrivilegeSet> PrivilegesFor(const PrivilegeList& list, const access::KindInfo& kind);

}  // namespace firn::statements
