#include <doctest/doctest.h>

#include <thread>

#include "access/access_service.hpp"
#include "access/jwt_signer_test.hpp"
#include "access/test_support.hpp"

namespace firn::access {
namespace {

using Method = Credentials::Method;
using testing::FakeClock;
using testing::Payload;
using testing::Signer;
using testing::TempStore;

constexpr const char* kPassword = "Correct-horse-7";
constexpr std::int64_t kHourMs = 3'600'000;

struct Fixture {
  TempStore store;
  FakeClock clock;
  std::unique_ptr<AccessService> access;
  std::vector<LoginEvent> events;

  Fixture() { Open(); }
  void Open() {
    auto opened = AccessService::Open(*store, clock);
    REQUIRE(opened);
    access = *std::move(opened);
    access->SetLoginObserver([this](const LoginEvent& event) { events.push_back(event); });
  }
  void Restart() {
    access.reset();
    store.Reopen();
    Open();
  }
  Result<Principal> Login(Method method, const std::string& user, const std::string& secret,
                          const std::string& role = "", const std::string& address = "10.0.0.1") {
    return access->Authenticate({method, "firn", user, secret, role, address});
  }
  LoginOutcome Last() { return events.empty() ? LoginOutcome::kNotChecked : events.back().outcome; }
  std::int64_t NowS() { return clock.NowMs() / 1000; }
};

/// The one answer to every wrong login, down to the byte.
void CheckRefused(const Result<Principal>& answer) {
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::kUnauthenticated);
  CHECK(answer.error().sql_number == 390100);
  CHECK(answer.error().sql_state == "08001");
  CHECK(answer.error().message == "Incorrect username or password was specified.");
}

TEST_CASE("login: ADMIN has no password at first, then the one that was set, after a restart too") {
  Fixture firn;
  CheckRefused(firn.Login(Method::kPassword, "ADMIN", ""));
  CHECK(firn.Last() == LoginOutcome::kNoPassword);
  REQUIRE(firn.access->SetPassword("ADMIN", kPassword));
  const auto principal = firn.Login(Method::kPassword, "admin", kPassword);
  REQUIRE(principal);
  CHECK(principal->user == "ADMIN");
  CHECK(principal->role == "ACCOUNTADMIN");
  CHECK(firn.events.back().role == "ACCOUNTADMIN");
  firn.Restart();
  CHECK(firn.Login(Method::kPassword, "Admin", kPassword));
  REQUIRE(firn.access->SetPassword("ADMIN", "Another-horse-8"));
  CheckRefused(firn.Login(Method::kPassword, "ADMIN", kPassword));
  CHECK(firn.Login(Method::kPassword, "ADMIN", "Another-horse-8"));
}

TEST_CASE("login: every wrong password login costs one hash and gets the same answer") {
  Fixture firn;
  REQUIRE(firn.access->SetPassword("ADMIN", kPassword));
  REQUIRE(firn.access->CreateUser("NOPASSWORD", {}));
  REQUIRE(firn.access->CreateUser("OFF", {}));
  REQUIRE(firn.access->SetPassword("OFF", kPassword));
  REQUIRE(firn.access->SetDisabled("OFF", true));
  REQUIRE(firn.access->CreateUser("ROBOT", {}));
  REQUIRE(firn.access->SetPassword("ROBOT", kPassword));
  UserChange service;
  service.type = "service";
  REQUIRE(firn.access->AlterUser("ROBOT", service));
  struct Case {
    const char* user;
    std::string secret;
    LoginOutcome outcome;
  };
  for (const auto& [user, secret, outcome] :
       {Case{"ADMIN", "wrong", LoginOutcome::kWrongSecret},
        Case{"ADMIN", "", LoginOutcome::kWrongSecret},
        Case{"ADMIN", std::string(kPassword) + std::string(1, '\0'), LoginOutcome::kWrongSecret},
        Case{"ADMIN", std::string(100'000, 'x'), LoginOutcome::kWrongSecret},
        Case{"NOBODY", kPassword, LoginOutcome::kUnknownUser},
        Case{"", kPassword, LoginOutcome::kUnknownUser},
        Case{"NOPASSWORD", kPassword, LoginOutcome::kNoPassword},
        Case{"OFF", kPassword, LoginOutcome::kDisabled},
        Case{"ROBOT", kPassword, LoginOutcome::kNoPassword}}) {
    CAPTURE(user);
    const auto before = firn.access->WorkDone().password_hashes;
    CheckRefused(firn.Login(Method::kPassword, user, secret));
    CHECK(firn.access->WorkDone().password_hashes == before + 1);
    CHECK(firn.Last() == outcome);
  }
  CHECK(firn.events[4].user == "");  // what was typed may have been a password
}

TEST_CASE("login: after five failures even the right password waits, at that address only") {
  Fixture firn;
  REQUIRE(firn.access->SetPassword("ADMIN", kPassword));
  for (int i = 0; i < 5; ++i) CheckRefused(firn.Login(Method::kPassword, "ADMIN", "wrong"));
  const auto before = firn.access->WorkDone().password_hashes;
  CheckRefused(firn.Login(Method::kPassword, "admin", kPassword));
  CHECK(firn.Last() == LoginOutcome::kLimited);
  CHECK(firn.access->WorkDone().password_hashes == before);
  CHECK(firn.Login(Method::kPassword, "ADMIN", kPassword, "", "10.0.0.2"));
  firn.clock.Advance(1000);
  CHECK(firn.Login(Method::kPassword, "ADMIN", kPassword));
}

TEST_CASE("login: a key pair logs in from either slot, once for each token") {
  Fixture firn;
  const Signer rsa = Signer::Rsa();
  const Signer ec = Signer::Ec("P-256");
  REQUIRE(firn.access->SetPublicKey("ADMIN", 1, rsa.PublicPem()));
  REQUIRE(firn.access->SetPublicKey("ADMIN", 2, ec.Public().base64()));
  const auto now_s = firn.NowS();
  const auto with_rsa = rsa.Sign(
      R"({"alg":"RS256"})", Payload("FIRN", "ADMIN", rsa.Public().fingerprint(), now_s, now_s + 60),
      EVP_sha256());
  const auto with_ec =
      ec.Sign(R"({"alg":"ES256"})",
              Payload("firn", "admin", ec.Public().fingerprint(), now_s, now_s + 60), EVP_sha256());
  CHECK(firn.Login(Method::kKeyPairJwt, "admin", with_rsa));
  CHECK(firn.Login(Method::kKeyPairJwt, "", with_ec));
  CheckRefused(firn.Login(Method::kKeyPairJwt, "admin", with_rsa));
  CHECK(firn.Last() == LoginOutcome::kReplayed);
  firn.Restart();
  CheckRefused(firn.Login(Method::kKeyPairJwt, "", with_ec));
  CHECK(firn.Last() == LoginOutcome::kReplayed);
  firn.clock.Advance(kHourMs);
  CheckRefused(firn.Login(Method::kKeyPairJwt, "", with_ec));
  CHECK(firn.Last() == LoginOutcome::kExpired);
}

TEST_CASE("login: forged key-pair tokens are refused after one signature check each") {
  Fixture firn;
  REQUIRE(firn.access->CreateUser("EVE", {}));
  const Signer admin = Signer::Rsa();
  const Signer eve = Signer::Rsa();
  const auto fp = admin.Public().fingerprint();
  const auto eve_fp = eve.Public().fingerprint();
  REQUIRE(firn.access->SetPublicKey("ADMIN", 1, admin.PublicPem()));
  REQUIRE(firn.access->SetPublicKey("EVE", 1, eve.PublicPem()));
  const auto now_s = firn.NowS();
  const std::string header = R"({"alg":"RS256"})";
  struct Case {
    const char* name;
    std::string user;
    std::string token;
    LoginOutcome outcome;
  };
  const Case cases[] = {
      {"signed by another", "ADMIN",
       eve.Sign(header, Payload("FIRN", "ADMIN", fp, now_s, now_s + 60), EVP_sha256()),
       LoginOutcome::kWrongSecret},
      {"another's key", "ADMIN",
       eve.Sign(header, Payload("FIRN", "ADMIN", eve_fp, now_s, now_s + 60), EVP_sha256()),
       LoginOutcome::kWrongSecret},
      {"another account", "ADMIN",
       admin.Sign(header, Payload("OTHER", "ADMIN", fp, now_s, now_s + 60), EVP_sha256()),
       LoginOutcome::kWrongSecret},
      {"another user than the request", "EVE",
       admin.Sign(header, Payload("FIRN", "ADMIN", fp, now_s, now_s + 60), EVP_sha256()),
       LoginOutcome::kWrongSecret},
      {"unknown user", "NOBODY",
       admin.Sign(header, Payload("FIRN", "NOBODY", fp, now_s, now_s + 60), EVP_sha256()),
       LoginOutcome::kUnknownUser},
      {"other digest than it says", "ADMIN",
       admin.Sign(header, Payload("FIRN", "ADMIN", fp, now_s, now_s + 60), EVP_sha384()),
       LoginOutcome::kWrongSecret},
      {"EC in name, RSA in fact", "ADMIN",
       admin.Sign(R"({"alg":"ES256"})", Payload("FIRN", "ADMIN", fp, now_s, now_s + 60),
                  EVP_sha256()),
       LoginOutcome::kWrongSecret},
      {"expired", "ADMIN",
       admin.Sign(header, Payload("FIRN", "ADMIN", fp, now_s - 200, now_s - 140), EVP_sha256()),
       LoginOutcome::kExpired},
      {"long-lived but old", "ADMIN",
       admin.Sign(header, Payload("FIRN", "ADMIN", fp, now_s - 200, now_s + 9999), EVP_sha256()),
       LoginOutcome::kExpired},
      {"from the future", "ADMIN",
       admin.Sign(header, Payload("FIRN", "ADMIN", fp, now_s + 100, now_s + 160), EVP_sha256()),
       LoginOutcome::kExpired},
  };
  int address = 0;
  for (const auto& [name, user, token, outcome] : cases) {
    CAPTURE(name);
    const auto before = firn.access->WorkDone().signatures;
    CheckRefused(firn.Login(Method::kKeyPairJwt, user, token, "", std::to_string(++address)));
    CHECK(firn.Last() == outcome);
    CHECK(firn.access->WorkDone().signatures == before + 1);
  }
  REQUIRE(firn.access->SetPublicKey("ADMIN", 1, ""));
  CheckRefused(firn.Login(
      Method::kKeyPairJwt, "ADMIN",
      admin.Sign(header, Payload("FIRN", "ADMIN", fp, now_s, now_s + 60), EVP_sha256())));
}

TEST_CASE("login: an access token works until it expires, is disabled, revoked or its user goes") {
  Fixture firn;
  testing::MakeUser(*firn.access, "ANNA", "SYSADMIN");
  const auto secret = firn.access->IssueAccessToken("ANNA", "LAPTOP", "", kHourMs);
  REQUIRE(secret);
  CHECK(secret->starts_with("firn_pat_"));
  CHECK(secret->size() == 9 + 43);
  CHECK_FALSE(firn.access->IssueAccessToken("ANNA", "LAPTOP", "", kHourMs));
  const auto login = [&](const std::string& user = "anna") {
    return firn.Login(Method::kAccessToken, user, *secret);
  };
  CHECK(login()->role == "SYSADMIN");
  CHECK(login("")->user == "ANNA");
  CHECK(firn.Login(Method::kPassword, "ANNA", *secret));
  CheckRefused(login("ADMIN"));
  CheckRefused(firn.Login(Method::kOauth, "", *secret));
  CheckRefused(firn.Login(Method::kAccessToken, "ANNA", *secret + "A"));
  CheckRefused(firn.Login(Method::kAccessToken, "ANNA", ""));
  firn.Restart();
  CHECK(login());

  REQUIRE(firn.access->SetAccessTokenDisabled("ANNA", "LAPTOP", true));
  CheckRefused(login());
  CHECK(firn.Last() == LoginOutcome::kDisabled);
  REQUIRE(firn.access->SetAccessTokenDisabled("ANNA", "LAPTOP", false));
  REQUIRE(firn.access->SetDisabled("ANNA", true));
  CheckRefused(login());
  REQUIRE(firn.access->SetDisabled("ANNA", false));
  CHECK(login());
  firn.clock.Advance(kHourMs);
  CheckRefused(login());
  CHECK(firn.Last() == LoginOutcome::kExpired);
  REQUIRE(firn.access->RevokeAccessToken("ANNA", "LAPTOP"));
  CheckRefused(login());
  CHECK(firn.Last() == LoginOutcome::kWrongSecret);
  CHECK(firn.access->ListAccessTokens("ANNA")->empty());
}

TEST_CASE("login: a token that is bound to a role takes that role and no other") {
  Fixture firn;
  const auto bound = firn.access->IssueAccessToken("ADMIN", "T", "SYSADMIN", 0);
  REQUIRE(bound);
  const auto principal = firn.Login(Method::kAccessToken, "ADMIN", *bound);
  REQUIRE(principal);
  CHECK(principal->role == "SYSADMIN");
  CHECK_FALSE(firn.access->MayUseRole(*principal, "ACCOUNTADMIN"));
  const auto higher = firn.Login(Method::kAccessToken, "ADMIN", *bound, "ACCOUNTADMIN");
  REQUIRE_FALSE(higher);
  CHECK(higher.error().sql_number == 390189);
  CHECK(firn.Last() == LoginOutcome::kRoleNotGranted);

  REQUIRE(firn.access->CreateUser("ANNA", {}));
  CHECK_FALSE(firn.access->IssueAccessToken("ANNA", "T", "SYSADMIN", 0));
  CHECK_FALSE(firn.access->IssueServiceToken("ANNA", "SYSADMIN", kHourMs));
  const auto service = firn.access->IssueServiceToken("ADMIN", "PUBLIC", kHourMs);
  REQUIRE(service);
  CHECK(service->starts_with("firn_svc_"));
  CHECK(firn.Login(Method::kOauth, "", *service)->only_role == "PUBLIC");
  CheckRefused(firn.Login(Method::kAccessToken, "", *service));
  firn.clock.Advance(kHourMs);
  CheckRefused(firn.Login(Method::kOauth, "", *service));
}

TEST_CASE("login: a role that is not the user's is named, a default role that is gone is PUBLIC") {
  Fixture firn;
  REQUIRE(firn.access->CreateUser("ANNA", {}));
  REQUIRE(firn.access->SetPassword("ANNA", kPassword));
  CHECK(firn.Login(Method::kPassword, "ANNA", kPassword)->role == "PUBLIC");
  for (const auto role : {"ACCOUNTADMIN", "NO_SUCH_ROLE"}) {
    const auto answer = firn.Login(Method::kPassword, "ANNA", kPassword, role);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().sql_number == 390189);
  }
  UserChange change;
  change.default_role = "ACCOUNTADMIN";
  REQUIRE(firn.access->AlterUser("ANNA", change));
  CHECK(firn.Login(Method::kPassword, "ANNA", kPassword)->role == "PUBLIC");
}

TEST_CASE("login: no secret is in an error, an event or the database") {
  Fixture firn;
  REQUIRE(firn.access->SetPassword("ADMIN", kPassword));
  const auto token = firn.access->IssueAccessToken("ADMIN", "T", "", 0);
  const auto short_one = firn.access->SetPassword("ADMIN", "sh0rT");
  REQUIRE_FALSE(short_one);
  CHECK(short_one.error().sql_number == 3002);
  CHECK(short_one.error().message.find("sh0rT") == std::string::npos);
  for (const auto* column : {"password_hash", "key_1"}) {
    const auto rows = (*firn.store).Query(std::string("SELECT ") + column + " FROM access_user");
    CHECK(store::AsText(rows->at(0).at(0)).find(kPassword) == std::string::npos);
  }
  const auto hash = (*firn.store).Query("SELECT password_hash FROM access_user");
  CHECK(store::AsText(hash->at(0).at(0)).starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  const auto stored = (*firn.store).Query("SELECT secret_sha256 FROM access_token");
  CHECK(store::AsText(stored->at(0).at(0)) != *token);
}

TEST_CASE("login: many at once, right and wrong, with changes beside them") {
  TempStore store;
  FakeClock clock;
  auto opened = AccessService::Open(*store, clock);
  REQUIRE(opened);
  AccessService& access = **opened;
  REQUIRE(access.SetPassword("ADMIN", kPassword));
  const auto token = access.IssueAccessToken("ADMIN", "T", "", 0);
  std::atomic<int> heard{0};
  access.SetLoginObserver([&](const LoginEvent&) { ++heard; });
  std::atomic<int> right{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string address = std::to_string(i);
      for (int round = 0; round < 3; ++round) {
        if (access.Authenticate({Method::kPassword, "", "ADMIN", kPassword, "", address})) ++right;
        if (access.Authenticate({Method::kAccessToken, "", "ADMIN", *token, "", address})) ++right;
        if (!access.Authenticate({Method::kPassword, "", "X", kPassword, "", address})) ++wrong;
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 5; ++i) {
      const std::string name = "U" + std::to_string(i);
      if (!access.CreateUser(name, {})) ++wrong;
      if (!access.Check({1, "ADMIN", "ACCOUNTADMIN"}, Privilege::kCreateUser, kTheAccount)) ++wrong;
      if (!access.DropUser(name)) ++wrong;
    }
  });
  for (auto& thread : threads) thread.join();
  CHECK(right == 24);
  CHECK(wrong == 12);
  CHECK(heard == 36);
}

}  // namespace
}  // namespace firn::access
