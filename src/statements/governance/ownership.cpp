#include "statements/governance/ownership.hpp"

namespace firn::statements {
namespace {

using access::ObjectKind;

Status SetOwner(Execution& execution, const GrantObject& object, const std::string& role) {
  auto& services = execution.services;
  switch (object.kind) {
    case ObjectKind::kRole:
    case ObjectKind::kDatabaseRole: return services.access.roles().SetOwner(object.id, role);
    case ObjectKind::kUser: {
      access::UserChange change;
      change.owner = role;
      return services.access.AlterUser(object.name, change);
    }
    default:
      return services.catalog.Alter(object.id,
                                    [&](catalog::Object& changed) { changed.owner_role = role; });
  }
}

}  // namespace

Result<Outcome> GiveOwnership(Execution& execution, sql::Cursor& cursor, const GrantTarget& target,
                              const access::Role& role) {
  const bool revoke = cursor.Accept("REVOKE CURRENT GRANTS");
  const bool copy = !revoke && cursor.Accept("COPY CURRENT GRANTS");
  FIRN_CHECK(cursor.ExpectEnd());
  if (role.database_id != 0) {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'OWNERSHIP of a database role'; "
                    "give it to a role of the account.");
  }
  if (target.kind->kind == ObjectKind::kAccount) {
    return SqlError(Code::kDenied, 3001, "42501",
                    "SQL access control error:\nThe account belongs to ACCOUNTADMIN.");
  }
  auto& grants = execution.services.access.grants();
  const auto ownership = access::Bit(access::Privilege::kOwnership);
  for (const auto& object : target.objects) {
    FIRN_CHECK(
        grants.MayGive(execution.state.principal, ownership, object.ref(), object.managed_by));
    FIRN_TRY(const auto standing, grants.On(object.kind, object.id));
    if (!standing.empty() && !revoke && !copy) {
      return SqlError(Code::kConflict, 3036, "42501",
                      "SQL execution error:\nThere are grants on " + object.name +
                          " by its owner. Say what becomes of them: REVOKE CURRENT GRANTS or "
                          "COPY CURRENT GRANTS.");
    }
  }
  for (const auto& object : target.objects) {
    if (revoke) FIRN_CHECK(grants.TakeAll(object.kind, object.id));
    FIRN_CHECK(SetOwner(execution, object, role.name));
  }
  return StatusOutcome("Statement executed successfully.");
}

Status HandOver(Execution& execution, const std::string& from_role, const std::string& to_role) {
  auto& catalog = execution.services.catalog;
  for (const auto& kind : access::Kinds()) {
    if (!kind.in_catalog) continue;
    for (const auto& object :
         catalog.List(catalog::FirnsOwnScope(), kind.kind, std::nullopt, std::nullopt)) {
      if (object->owner_role != from_role) continue;
      FIRN_CHECK(catalog.Alter(object->id,
                               [&](catalog::Object& changed) { changed.owner_role = to_role; }));
    }
  }
  return {};
}

}  // namespace firn::statements
