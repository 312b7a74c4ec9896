#include "statements/governance/grant_role.hpp"

#include <algorithm>

#include "statements/governance/grant_target.hpp"

namespace firn::statements {
namespace {

bool Holds(Execution& execution, const access::Principal& principal, std::string_view role) {
  const auto roles = execution.services.access.ActiveRoles(principal);
  return std::ranges::find(roles, role) != roles.end();
}

/// TO ROLE r, TO DATABASE ROLE d.r or TO USER u.
Result<access::Grantee> ParseGrantee(Execution& execution, sql::Cursor& cursor) {
  if (cursor.Accept("USER")) {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_TRY(const auto user, execution.services.access.FindUser(name));
    return access::Grantee{true, user.id};
  }
  FIRN_TRY(const auto role, ParseRole(execution, cursor));
  return access::Grantee{false, role.id};
}

Status CheckPair(const access::Role& role, const access::Grantee& grantee, Execution& execution) {
  if (role.database_id == 0) {
    if (grantee.is_user) return {};
    FIRN_TRY(const auto to, execution.services.access.roles().FindId(grantee.id));
    if (to.database_id == 0) return {};
    return Error{Code::kInvalid, "A role of the account cannot be granted to a database role."};
  }
  if (grantee.is_user) {
    return Error{Code::kInvalid,
                 "A database role is granted to roles, not to users; grant it to a role that the "
                 "user has."};
  }
  FIRN_TRY(const auto to, execution.services.access.roles().FindId(grantee.id));
  if (to.database_id == 0 || to.database_id == role.database_id) return {};
  return Error{Code::kInvalid, "A database role cannot be granted to one of another database."};
}

}  // namespace

Status MayGiveRole(Execution& execution, const access::Role& role) {
  const auto& principal = execution.state.principal;
  // As itself, the role would hold what it inherits.
  const access::Principal as_role{0, "", role.name};
  const bool administers =
      role.database_id == 0 && Holds(execution, as_role, access::kAccountAdmin);
  if (administers && !Holds(execution, principal, access::kAccountAdmin)) {
    return SqlError(Code::kDenied, 3001, "42501",
                    "SQL access control error:\nInsufficient privileges to operate on role '" +
                        role.name + "'. Only ACCOUNTADMIN gives or takes it.");
  }
  return execution.services.access.grants().MayGive(
      principal, access::Bit(access::Privilege::kOwnership), RoleRef(role), std::nullopt);
}

Result<Outcome> GrantRole(Execution& execution, bool giving) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect(giving ? "GRANT" : "REVOKE"));
  FIRN_TRY(const auto role, ParseRole(execution, cursor));
  FIRN_CHECK(cursor.Expect(giving ? "TO" : "FROM"));
  // Before the grantee is looked up: who may not grant learns nothing of it.
  FIRN_CHECK(MayGiveRole(execution, role));
  FIRN_TRY(const auto grantee, ParseGrantee(execution, cursor));
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(CheckPair(role, grantee, execution));
  auto& roles = execution.services.access.roles();
  if (giving) {
    FIRN_CHECK(roles.GrantTo(role.id, grantee, execution.state.principal.role));
  } else {
    FIRN_CHECK(roles.RevokeFrom(role.id, grantee));
  }
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
