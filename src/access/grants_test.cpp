#include "access/grants.hpp"

#include <doctest/doctest.h>

#include "access/test_support.hpp"

namespace firn::access {
namespace {

using testing::FakeClock;
using testing::MakeUser;
using testing::TempStore;

/// Roles ANALYST and WRITER with a user each, and a table that SYSADMIN owns.
struct Fixture {
  TempStore store;
  FakeClock clock;
  std::unique_ptr<AccessService> access;
  RoleId analyst = 0, writer = 0;
  Principal anna, will, sys, admin{1, "ADMIN", "ACCOUNTADMIN"};
  ObjectRef table{ObjectKind::kTable, 7, "T", "SYSADMIN"};

  Fixture() {
    Reopen();
    analyst = *access->roles().Create("ANALYST", 0, "USERADMIN", "");
    writer = *access->roles().Create("WRITER", 0, "USERADMIN", "");
    anna = MakeUser(*access, "ANNA", "ANALYST");
    will = MakeUser(*access, "WILL", "WRITER");
    sys = MakeUser(*access, "SYS", "SYSADMIN");
  }
  void Reopen() {
    access.reset();
    auto opened = AccessService::Open(*store, clock);
    REQUIRE(opened);
    access = *std::move(opened);
  }
  Grants& grants() { return access->grants(); }
  bool May(const Principal& who, Privilege privilege) const {
    return access->Check(who, privilege, table).has_value();
  }
  Giving To(RoleId role, Privilege privilege, bool with_option = false,
            std::string granted_by = "SYSADMIN") const {
    return {role, Bit(privilege), with_option, std::move(granted_by)};
  }
};

TEST_CASE("grants: what was granted is allowed, until it is taken back, also after a restart") {
  Fixture firn;
  CHECK_FALSE(firn.May(firn.anna, Privilege::kSelect));
  CHECK_FALSE(firn.access->Sees(firn.anna, firn.table));
  REQUIRE(firn.grants().Give(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable, {7}));
  CHECK(firn.May(firn.anna, Privilege::kSelect));
  CHECK(firn.access->Sees(firn.anna, firn.table));
  CHECK_FALSE(firn.May(firn.anna, Privilege::kInsert));
  CHECK_FALSE(firn.May(firn.will, Privilege::kSelect));
  firn.Reopen();
  CHECK(firn.May(firn.anna, Privilege::kSelect));
  REQUIRE(firn.grants().Take(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable, {7},
                             false));
  CHECK_FALSE(firn.May(firn.anna, Privilege::kSelect));
  CHECK(firn.grants().On(ObjectKind::kTable, 7)->empty());
}

TEST_CASE("grants: what was given once and revoked is not given again at the next start") {
  Fixture firn;
  const auto give = [&] {
    REQUIRE(firn.grants().GiveOnce("mark", firn.To(firn.analyst, Privilege::kSelect),
                                   ObjectKind::kTable, 7));
  };
  give();
  CHECK(firn.May(firn.anna, Privilege::kSelect));
  REQUIRE(firn.grants().Take(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable, {7},
                             false));
  firn.Reopen();
  give();
  CHECK_FALSE(firn.May(firn.anna, Privilege::kSelect));
}

TEST_CASE("grants: a role has what the roles granted to it have; a circle is refused") {
  Fixture firn;
  REQUIRE(firn.grants().Give(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable, {7}));
  auto& roles = firn.access->roles();
  REQUIRE(roles.GrantTo(firn.analyst, {false, firn.writer}, "USERADMIN"));
  CHECK(firn.May(firn.will, Privilege::kSelect));
  const auto circle = roles.GrantTo(firn.writer, {false, firn.analyst}, "USERADMIN");
  REQUIRE_FALSE(circle);
  CHECK(circle.error().code == Code::kInvalid);
  CHECK_FALSE(roles.GrantTo(firn.writer, {false, firn.writer}, "USERADMIN"));
  REQUIRE(roles.RevokeFrom(firn.analyst, {false, firn.writer}));
  CHECK_FALSE(firn.May(firn.will, Privilege::kSelect));
}

TEST_CASE("grants: secondary roles count, but not for making something nor under a bound token") {
  Fixture firn;
  REQUIRE(firn.grants().Give(firn.To(firn.writer, Privilege::kSelect), ObjectKind::kTable, {7}));
  const ObjectRef schema{ObjectKind::kSchema, 2, "S", "SYSADMIN"};
  REQUIRE(
      firn.grants().Give(firn.To(firn.writer, Privilege::kCreateTable), ObjectKind::kSchema, {2}));
  REQUIRE(firn.access->roles().GrantTo(firn.writer, {true, firn.anna.user_id}, "USERADMIN"));
  CHECK_FALSE(firn.May(firn.anna, Privilege::kSelect));
  auto all = firn.anna;
  all.all_roles = true;
  CHECK(firn.May(all, Privilege::kSelect));
  CHECK_FALSE(firn.access->Check(all, Privilege::kCreateTable, schema));
  CHECK(firn.access->ActiveRoles(all) == std::vector<std::string>{"ANALYST", "PUBLIC", "WRITER"});
  all.only_role = "ANALYST";
  CHECK_FALSE(firn.May(all, Privilege::kSelect));
}

TEST_CASE("grants: who may give is the owner, a holder of the option, or MANAGE GRANTS") {
  Fixture firn;
  const auto select = Bit(Privilege::kSelect);
  const auto sec = MakeUser(*firn.access, "SEC", "SECURITYADMIN");
  const auto may = [&](const Principal& who, std::optional<std::string> managed_by = {}) {
    return firn.grants().MayGive(who, select, firn.table, std::move(managed_by)).has_value();
  };
  CHECK(may(firn.sys));
  CHECK(may(sec));
  CHECK(may(firn.admin));
  CHECK_FALSE(may(firn.anna));
  REQUIRE(firn.grants().Give(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable, {7}));
  CHECK_FALSE(may(firn.anna));
  REQUIRE(
      firn.grants().Give(firn.To(firn.analyst, Privilege::kSelect, true), ObjectKind::kTable, {7}));
  CHECK(may(firn.anna));
  // WITH MANAGED ACCESS, only the schema's owner.
  CHECK_FALSE(may(firn.anna, "WRITER"));
  CHECK_FALSE(may(firn.sys, "WRITER"));
  CHECK(may(firn.will, "WRITER"));
  CHECK(may(sec, "WRITER"));
}

TEST_CASE("grants: what was handed on goes with CASCADE only, and then wholly") {
  Fixture firn;
  const auto third = *firn.access->roles().Create("THIRD", 0, "USERADMIN", "");
  REQUIRE(
      firn.grants().Give(firn.To(firn.analyst, Privilege::kSelect, true), ObjectKind::kTable, {7}));
  REQUIRE(firn.grants().Give(firn.To(firn.writer, Privilege::kSelect, true, "ANALYST"),
                             ObjectKind::kTable, {7}));
  REQUIRE(firn.grants().Give(firn.To(third, Privilege::kSelect, false, "WRITER"),
                             ObjectKind::kTable, {7}));
  const auto taken = firn.To(firn.analyst, Privilege::kSelect);
  const auto refused = firn.grants().Take(taken, ObjectKind::kTable, {7}, false);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kConflict);
  CHECK(firn.grants().On(ObjectKind::kTable, 7)->size() == 3);
  REQUIRE(firn.grants().Take(taken, ObjectKind::kTable, {7}, true));
  CHECK(firn.grants().On(ObjectKind::kTable, 7)->empty());
}

TEST_CASE("grants: those to come apply to a new object; the schema's word before the database's") {
  Fixture firn;
  auto& grants = firn.grants();
  REQUIRE(grants.GiveFuture(firn.To(firn.writer, Privilege::kSelect), ObjectKind::kTable,
                            ObjectKind::kDatabase, 1));
  const auto make = [&](std::int64_t id, std::int64_t schema,
                        std::optional<std::int64_t> copy = {}) {
    auto transaction = *(*firn.store).Begin();
    REQUIRE(grants.ObjectMade(*transaction, ObjectKind::kTable, id, {1, schema}, copy));
    REQUIRE(transaction->Commit());
    REQUIRE(grants.Reload({{ObjectKind::kTable, id}}));
  };
  make(20, 2);
  CHECK(grants.On(ObjectKind::kTable, 20)->at(0).role == firn.writer);
  REQUIRE(grants.GiveFuture(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable,
                            ObjectKind::kSchema, 2));
  REQUIRE(grants.GiveFuture(firn.To(firn.analyst, Privilege::kOwnership), ObjectKind::kTable,
                            ObjectKind::kSchema, 2));
  make(21, 2);
  REQUIRE(grants.On(ObjectKind::kTable, 21)->size() == 1);
  CHECK(grants.On(ObjectKind::kTable, 21)->at(0).role == firn.analyst);
  CHECK(*grants.FutureOwner(ObjectKind::kTable, {1, 2}) == "ANALYST");
  CHECK_FALSE(*grants.FutureOwner(ObjectKind::kView, {1, 2}));
  make(22, 3, 21);
  CHECK(grants.On(ObjectKind::kTable, 22)->size() == 2);
}

TEST_CASE("roles: a dropped role leaves no grant, and what it owned has an heir") {
  Fixture firn;
  auto& roles = firn.access->roles();
  const auto child = *roles.Create("CHILD", 0, "ANALYST", "");
  REQUIRE(firn.grants().Give(firn.To(firn.analyst, Privilege::kSelect), ObjectKind::kTable, {7}));
  REQUIRE(roles.Drop(firn.analyst, "USERADMIN"));
  CHECK(firn.grants().On(ObjectKind::kTable, 7)->empty());
  CHECK(roles.FindId(child)->owner == "USERADMIN");
  CHECK_FALSE(firn.access->MayUseRole(firn.anna, "ANALYST"));
  CHECK_FALSE(firn.May(firn.anna, Privilege::kSelect));
  for (const auto* name : {"ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "PUBLIC"}) {
    CHECK_FALSE(roles.Drop(roles.Find(name)->id, "SYSADMIN"));
  }
}

TEST_CASE("roles: the last administrator cannot lose the role, whichever way") {
  Fixture firn;
  auto& roles = firn.access->roles();
  const auto admin = roles.Find("ACCOUNTADMIN")->id;
  const auto refused = roles.RevokeFrom(admin, {true, 1});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kConflict);
  // Through a role that holds it.
  const auto ops = *roles.Create("OPS", 0, "ACCOUNTADMIN", "");
  REQUIRE(roles.GrantTo(admin, {false, ops}, "ACCOUNTADMIN"));
  MakeUser(*firn.access, "OLGA", "OPS");
  REQUIRE(roles.RevokeFrom(admin, {true, 1}));
  CHECK_FALSE(roles.Drop(ops, "ACCOUNTADMIN"));
  CHECK_FALSE(roles.RevokeFrom(admin, {false, ops}));
  CHECK_FALSE(firn.access->DropUser("OLGA"));
}

TEST_CASE("roles: the hierarchy of the account's own roles stays") {
  Fixture firn;
  auto& roles = firn.access->roles();
  CHECK_FALSE(
      roles.RevokeFrom(roles.Find("SYSADMIN")->id, {false, roles.Find("ACCOUNTADMIN")->id}));
}

TEST_CASE("roles: database roles have a name space of their own and go with their database") {
  Fixture firn;
  auto& roles = firn.access->roles();
  const auto reader = *roles.Create("ANALYST", 1, "SYSADMIN", "");
  CHECK_FALSE(roles.Create("ANALYST", 1, "SYSADMIN", ""));
  CHECK(roles.Find("ANALYST", 1)->id == reader);
  CHECK(roles.Find("ANALYST")->id == firn.analyst);
  REQUIRE(firn.grants().Give(firn.To(reader, Privilege::kSelect), ObjectKind::kTable, {7}));
  REQUIRE(roles.GrantTo(reader, {false, firn.writer}, "SYSADMIN"));
  CHECK(firn.May(firn.will, Privilege::kSelect));
  auto transaction = *(*firn.store).Begin();
  REQUIRE(firn.grants().ObjectGone(*transaction, ObjectKind::kDatabase, 1));
  REQUIRE(transaction->Commit());
  REQUIRE(firn.grants().Reload({{ObjectKind::kDatabase, 1}, {ObjectKind::kTable, 7}}));
  CHECK_FALSE(firn.May(firn.will, Privilege::kSelect));
  CHECK(roles.List(1).empty());
}

}  // namespace
}  // namespace firn::access
