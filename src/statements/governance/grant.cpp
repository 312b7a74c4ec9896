#include "statements/all_forms.hpp"
#include "statements/governance/grant_role.hpp"
#include "statements/governance/grant_target.hpp"
#include "statements/governance/ownership.hpp"

namespace firn::statements {
namespace {

using access::Giving;
using access::Privilege;

std::vector<std::int64_t> Ids(const GrantTarget& target) {
  std::vector<std::int64_t> ids;
  for (const auto& object : target.objects) ids.push_back(object.id);
  return ids;
}

/// Whoever gives or takes must be allowed to on each object; for those to come, MANAGE GRANTS or
/// the ownership of the schema or database is needed.
Status MayGive(Execution& execution, const GrantTarget& target, access::PrivilegeSet privileges) {
  const auto& grants = execution.services.access.grants();
  const auto& principal = execution.state.principal;
  if (target.container) {
    return grants.MayGive(principal, access::Bit(Privilege::kOwnership), target.container->ref(),
                          target.container->managed_by);
  }
  for (const auto& object : target.objects) {
    FIRN_CHECK(grants.MayGive(principal, privileges, object.ref(), object.managed_by));
  }
  return {};
}

bool IsOwnership(const PrivilegeList& list) {
  return list.names.size() == 1 && list.names.front() == "OWNERSHIP";
}

/// The role whose grant it is: the one that acts.
std::string Granter(const Execution& execution) { return execution.state.principal.role; }

}  // namespace

Result<Outcome> RunGrant(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("GRANT"));
  if (cursor.Accept("ROLE") || cursor.Accept("DATABASE ROLE")) {
    return GrantRole(execution, /*giving=*/true);
  }
  FIRN_TRY(const auto list, ParsePrivileges(cursor));
  FIRN_TRY(const auto target, ParseGrantTarget(execution, cursor));
  FIRN_CHECK(cursor.Expect("TO"));
  FIRN_TRY(const auto role, ParseRole(execution, cursor));
  if (IsOwnership(list) && !target.container) {
    return GiveOwnership(execution, cursor, target, role);
  }
  Giving giving{role.id, 0, cursor.Accept("WITH GRANT OPTION"), Granter(execution)};
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(giving.privileges, PrivilegesFor(list, *target.kind));
  FIRN_CHECK(MayGive(execution, target, giving.privileges));
  auto& grants = execution.services.access.grants();
  if (target.container) {
    FIRN_CHECK(
        grants.GiveFuture(giving, target.kind->kind, target.container->kind, target.container->id));
  } else {
    FIRN_CHECK(grants.Give(giving, target.kind->kind, Ids(target)));
  }
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunRevoke(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("REVOKE"));
  if (cursor.Accept("ROLE") || cursor.Accept("DATABASE ROLE")) {
    return GrantRole(execution, /*giving=*/false);
  }
  Giving giving;
  giving.with_option = cursor.Accept("GRANT OPTION FOR");
  FIRN_TRY(const auto list, ParsePrivileges(cursor));
  FIRN_TRY(const auto target, ParseGrantTarget(execution, cursor));
  FIRN_CHECK(cursor.Expect("FROM"));
  FIRN_TRY(const auto role, ParseRole(execution, cursor));
  giving.role = role.id;
  const bool cascade = cursor.Accept("CASCADE");
  if (!cascade) cursor.Accept("RESTRICT");
  FIRN_CHECK(cursor.ExpectEnd());
  if (IsOwnership(list) && !target.container) {
    return Error{Code::kInvalid,
                 "Ownership cannot be revoked: an object always has an owner. Give it to another "
                 "role with GRANT OWNERSHIP … TO ROLE."};
  }
  FIRN_TRY(giving.privileges, PrivilegesFor(list, *target.kind));
  FIRN_CHECK(MayGive(execution, target, giving.privileges));
  auto& grants = execution.services.access.grants();
  if (target.container) {
    FIRN_CHECK(
        grants.TakeFuture(giving, target.kind->kind, target.container->kind, target.container->id));
  } else {
    FIRN_CHECK(grants.Take(giving, target.kind->kind, Ids(target), cascade));
  }
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
