#include "access/access_service.hpp"

#include <doctest/doctest.h>

#include "access/test_support.hpp"

namespace firn::access {
namespace {

using testing::FakeClock;
using testing::TempStore;

struct Fixture {
  TempStore store;
  FakeClock clock;
  std::unique_ptr<AccessService> access;

  Fixture() {
    auto opened = AccessService::Open(*store, clock);
    REQUIRE(opened);
    access = *std::move(opened);
  }
  Principal Make(const std::string& name, const std::string& role) {
    return testing::MakeUser(*access, name, role);
  }
};

TEST_CASE("access: the account starts with ADMIN and the system roles") {
  Fixture firn;
  const auto users = firn.access->ListUsers();
  REQUIRE(users);
  REQUIRE(users->size() == 1);
  CHECK(users->at(0).name == "ADMIN");
  CHECK(users->at(0).default_role == "ACCOUNTADMIN");
  CHECK_FALSE(users->at(0).has_password);
  const std::vector<std::string> all{"ACCOUNTADMIN", "PUBLIC", "SECURITYADMIN", "SYSADMIN",
                                     "USERADMIN"};
  CHECK(*firn.access->RolesOf("ADMIN") == all);
  CHECK(firn.access->roles().List(0).size() == all.size());
}

TEST_CASE("access: a user gets the roles that its role inherits, and PUBLIC") {
  Fixture firn;
  struct Case {
    const char* role;
    std::vector<std::string> roles;
  };
  for (const auto& [role, roles] :
       {Case{"PUBLIC", {"PUBLIC"}}, Case{"SYSADMIN", {"PUBLIC", "SYSADMIN"}},
        Case{"SECURITYADMIN", {"PUBLIC", "SECURITYADMIN", "USERADMIN"}}}) {
    const std::string name = std::string("U_") + role;
    const auto principal = firn.Make(name, role);
    CHECK(*firn.access->RolesOf(name) == roles);
    CHECK(firn.access->MayUseRole(principal, role));
    const auto denied = firn.access->MayUseRole(principal, "ACCOUNTADMIN");
    REQUIRE_FALSE(denied);
    CHECK(denied.error().code == Code::kDenied);
    CHECK(denied.error().sql_number == 3013);
  }
  const auto nobody = firn.access->roles().Find("NO_SUCH_ROLE");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().sql_number == 2003);
}

TEST_CASE("access: a role may what it owns and what the account gave it, else nothing") {
  Fixture firn;
  const Principal admin{1, "ADMIN", "ACCOUNTADMIN"};
  const auto sys = firn.Make("SYS", "SYSADMIN");
  const auto sec = firn.Make("SEC", "SECURITYADMIN");
  const auto anna = firn.Make("ANNA", "PUBLIC");
  const ObjectRef of_sys{ObjectKind::kTable, 7, "FIRN.PUBLIC.T", "SYSADMIN"};
  const ObjectRef of_user_admin{ObjectKind::kTable, 8, "FIRN.PUBLIC.U", "USERADMIN"};
  const ObjectRef of_custom{ObjectKind::kTable, 10, "FIRN.PUBLIC.C", "NOT_OF_ADMIN"};
  const ObjectRef of_public{ObjectKind::kView, 9, "FIRN.PUBLIC.V", "PUBLIC"};
  const ObjectRef account = kTheAccount;
  struct Case {
    const Principal& who;
    Privilege privilege;
    const ObjectRef& object;
    bool allowed;
  };
  const Case cases[] = {
      {admin, Privilege::kSelect, of_sys, true},
      {admin, Privilege::kCreateUser, account, true},
      {admin, Privilege::kSelect, of_custom, false},
      {sys, Privilege::kSelect, of_sys, true},
      {sys, Privilege::kOwnership, of_sys, true},
      {sys, Privilege::kSelect, of_user_admin, false},
      {sys, Privilege::kCreateDatabase, account, true},
      {sys, Privilege::kCreateUser, account, false},
      {sec, Privilege::kSelect, of_user_admin, true},
      {sec, Privilege::kCreateUser, account, true},
      {sec, Privilege::kManageGrants, account, true},
      {sec, Privilege::kCreateDatabase, account, false},
      {anna, Privilege::kSelect, of_public, true},
      {anna, Privilege::kSelect, of_sys, false},
      {{anna.user_id, "ANNA", "ACCOUNTADMIN"}, Privilege::kSelect, of_sys, false},
      {{anna.user_id, "ANNA", ""}, Privilege::kSelect, account, false},
      {{999, "GONE", "ACCOUNTADMIN"}, Privilege::kSelect, of_sys, false},
      {{0, "FIRN", "ACCOUNTADMIN"}, Privilege::kSelect, of_sys, true},
  };
  for (const auto& [who, privilege, object, allowed] : cases) {
    CAPTURE(who.user);
    CAPTURE(std::string(PrivilegeName(privilege)));
    CHECK(firn.access->Check(who, privilege, object).has_value() == allowed);
  }
  const auto denied = firn.access->Check(anna, Privilege::kSelect, of_sys);
  REQUIRE_FALSE(denied);
  CHECK(denied.error().code == Code::kDenied);
  CHECK(denied.error().sql_number == 3001);
  CHECK(denied.error().sql_state == "42501");
  CHECK(denied.error().message ==
        "SQL access control error:\nInsufficient privileges to operate on table 'FIRN.PUBLIC.T'. "
        "Role 'PUBLIC' needs the privilege SELECT on it.");
}

TEST_CASE("access: whoever is disabled or dropped loses everything at once") {
  Fixture firn;
  const auto sys = firn.Make("SYS", "SYSADMIN");
  const ObjectRef own{ObjectKind::kTable, 7, "T", "SYSADMIN"};
  CHECK(firn.access->Check(sys, Privilege::kSelect, own));
  REQUIRE(firn.access->SetDisabled("SYS", true));
  CHECK_FALSE(firn.access->Check(sys, Privilege::kSelect, own));
  REQUIRE(firn.access->SetDisabled("SYS", false));
  CHECK(firn.access->Check(sys, Privilege::kSelect, own));
  REQUIRE(firn.access->IssueAccessToken("SYS", "T", "", 0));
  REQUIRE(firn.access->DropUser("SYS"));
  CHECK_FALSE(firn.access->Check(sys, Privilege::kSelect, own));
  CHECK(firn.access->FindUser("SYS").error().sql_number == 2003);
  const auto again = firn.Make("SYS", "PUBLIC");
  CHECK(again.user_id != sys.user_id);
  CHECK(firn.access->ListAccessTokens("SYS")->empty());
}

TEST_CASE("access: the last administrator can be neither dropped nor disabled") {
  Fixture firn;
  for (const auto& status :
       {firn.access->DropUser("ADMIN"), firn.access->SetDisabled("ADMIN", true)}) {
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::kConflict);
  }
  firn.Make("BOSS", "ACCOUNTADMIN");
  CHECK(firn.access->SetDisabled("BOSS", true));
  CHECK_FALSE(firn.access->DropUser("ADMIN"));
  CHECK(firn.access->SetDisabled("BOSS", false));
  CHECK(firn.access->DropUser("ADMIN"));
}

TEST_CASE("access: names that differ in case only are one login name") {
  Fixture firn;
  const auto twin = firn.access->CreateUser("admin", {});
  REQUIRE_FALSE(twin);
  CHECK(twin.error().code == Code::kExists);
  CHECK(twin.error().sql_number == 2002);
  for (const auto& name : {std::string(), std::string(300, 'A'), std::string("A\nB")}) {
    CHECK_FALSE(firn.access->CreateUser(name, {}));
  }
}

TEST_CASE("access: a password has to follow the policy") {
  Fixture firn;
  struct Case {
    std::string password;
    const char* reason;
  };
  for (const auto& [password, reason] :
       {Case{"Sh0rt", "TOO_SHORT"}, Case{std::string(257, 'a') + "A1", "TOO_LONG"},
        Case{"lower-case-1", "UPPER"}, Case{"UPPER-CASE-1", "LOWER"},
        Case{"No-digit-here", "DIGIT"}}) {
    const auto status = firn.access->SetPassword("ADMIN", password);
    REQUIRE_FALSE(status);
    CHECK(status.error().sql_number == 3002);
    CHECK(status.error().message.find(reason) != std::string::npos);
  }
  CHECK(firn.access->SetPassword("ADMIN", "Long-enough-1"));
  CHECK(firn.access->FindUser("ADMIN")->has_password);
}

}  // namespace
}  // namespace firn::access
