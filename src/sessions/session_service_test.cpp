#include "sessions/session_service.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "access/test_support.hpp"

namespace firn::sessions {
namespace {

using access::testing::FakeClock;
using access::testing::TempStore;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;

struct Fixture {
  TempStore store;
  FakeClock clock;
  std::unique_ptr<SessionService> sessions;
  std::size_t max_sessions = 100;

  Fixture() { Open(); }
  void Open() {
    auto opened = SessionService::Open(*store, clock, max_sessions);
    REQUIRE(opened);
    sessions = *std::move(opened);
  }
  void Restart() {
    sessions.reset();
    store.Reopen();
    Open();
  }
  Opened Make(const std::string& user = "ANNA") {
    SessionState state;
    state.principal = {7, user, "PUBLIC", "PUBLIC"};
    state.client_app = "PythonConnector 4.8.1";
    auto opened = sessions->Create(std::move(state));
    REQUIRE(opened);
    return *std::move(opened);
  }
  int ErrorOf(const std::string& session_token) {
    const auto found = sessions->FindByToken(session_token);
    return found ? 0 : found.error().sql_number;
  }
  int RenewalErrorOf(const std::string& master_token) {
    const auto renewed = sessions->Renew(master_token);
    return renewed ? 0 : renewed.error().sql_number;
  }
};

TEST_CASE("sessions: a session is found by its session token and by nothing else") {
  Fixture firn;
  const auto opened = firn.Make();
  const auto found = firn.sessions->FindByToken(opened.tokens.session_token);
  REQUIRE(found);
  CHECK((*found)->id() == opened.session->id());
  CHECK(opened.tokens.session_token.size() == 64);
  CHECK(firn.ErrorOf(opened.tokens.master_token) == 390104);
  CHECK(firn.ErrorOf("") == 390104);
  CHECK(firn.ErrorOf(opened.tokens.session_token + "A") == 390104);
  CHECK(firn.RenewalErrorOf(opened.tokens.session_token) == 390115);
  CHECK(firn.RenewalErrorOf("nonsense") == 390113);
}

TEST_CASE("sessions: state, parameters, variables and tokens survive a restart") {
  Fixture firn;
  const auto opened = firn.Make();
  REQUIRE(opened.session->Update([](SessionState& state) {
    state.database = "FIRN";
    state.schema = "odd \"name\"\n\x01 ü";
    state.warehouse = "FIRN_WH";
    state.variables["X"] = "'it''s'";
    CHECK(state.parameters.Set("TIMEZONE", "Etc/UTC"));
    state.id = 1;
    state.created_ms = 1;
  }));
  const SessionState before = opened.session->State();
  CHECK(before.id == opened.session->id());
  CHECK(before.created_ms == firn.clock.NowMs());
  firn.Restart();
  const auto found = firn.sessions->FindByToken(opened.tokens.session_token);
  REQUIRE(found);
  CHECK((*found)->State() == before);
  CHECK((*found)->State().principal.only_role == "PUBLIC");
  CHECK(firn.sessions->Renew(opened.tokens.master_token));
  CHECK(firn.Make().session->id() > before.id);
}

TEST_CASE("sessions: an update is written when something changed, and only then") {
  Fixture firn;
  const auto opened = firn.Make();
  // Where its row is gone, a write fails; one that is not needed does not.
  REQUIRE((*firn.store).Execute("DELETE FROM sessions_session"));
  CHECK(opened.session->Update([](SessionState& state) { state.database = ""; }));
  const auto failed = opened.session->Update([](SessionState& state) { state.database = "D"; });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().sql_number == 390111);
  CHECK(opened.session->State().database.empty());
}

TEST_CASE("sessions: an old session token is renewed, an old master token ends the session") {
  Fixture firn;
  const auto opened = firn.Make();
  firn.clock.Advance(kHourMs - 1);
  CHECK(firn.ErrorOf(opened.tokens.session_token) == 0);
  firn.clock.Advance(1);
  CHECK(firn.ErrorOf(opened.tokens.session_token) == 390112);
  const auto renewed = firn.sessions->Renew(opened.tokens.master_token);
  REQUIRE(renewed);
  CHECK(renewed->session->id() == opened.session->id());
  CHECK(renewed->tokens.session_token != opened.tokens.session_token);
  CHECK(firn.ErrorOf(renewed->tokens.session_token) == 0);
  CHECK(firn.ErrorOf(opened.tokens.session_token) == 390112);

  firn.clock.Advance(4 * kHourMs);
  CHECK(firn.RenewalErrorOf(renewed->tokens.master_token) == 390114);
  CHECK(firn.sessions->Sweep() == std::vector<std::int64_t>{opened.session->id()});
  CHECK(firn.RenewalErrorOf(renewed->tokens.master_token) == 390113);
  CHECK(firn.ErrorOf(renewed->tokens.session_token) == 390104);
  CHECK(firn.sessions->Live().empty());
  firn.Restart();
  CHECK(firn.sessions->Live().empty());
}

TEST_CASE(
    "sessions: after a renewal the tokens before stay good for a while, also over a restart") {
  Fixture firn;
  const auto opened = firn.Make();
  const auto first = firn.sessions->Renew(opened.tokens.master_token);
  REQUIRE(first);
  firn.Restart();
  CHECK(firn.ErrorOf(opened.tokens.session_token) == 0);
  const auto again = firn.sessions->Renew(opened.tokens.master_token);
  REQUIRE(again);
  CHECK(firn.ErrorOf(first->tokens.session_token) == 0);
  CHECK(firn.ErrorOf(again->tokens.session_token) == 0);
  CHECK(firn.ErrorOf(opened.tokens.session_token) == 390104);
  firn.clock.Advance(kMinuteMs);
  CHECK(firn.RenewalErrorOf(opened.tokens.master_token) == 390114);
  CHECK(firn.RenewalErrorOf(again->tokens.master_token) == 0);
}

TEST_CASE("sessions: a heartbeat gives the session four hours from then on") {
  Fixture firn;
  const auto opened = firn.Make();
  firn.clock.Advance(kHourMs - kMinuteMs);
  CHECK(firn.sessions->Heartbeat(opened.tokens.session_token));
  firn.clock.Advance(kHourMs - kMinuteMs);
  firn.Restart();
  firn.clock.Advance(3 * kHourMs);
  CHECK(firn.sessions->Sweep().empty());
  CHECK(firn.RenewalErrorOf(opened.tokens.master_token) == 0);
  CHECK(firn.sessions->Heartbeat(opened.tokens.session_token).error().sql_number == 390112);
  CHECK(firn.sessions->Heartbeat("unknown").error().sql_number == 390104);
}

TEST_CASE("sessions: a closed session is gone with its tokens, for good") {
  Fixture firn;
  const auto opened = firn.Make();
  REQUIRE(firn.sessions->Close(opened.session->id()));
  for (int round = 0; round < 2; ++round) {
    CHECK(firn.ErrorOf(opened.tokens.session_token) == 390104);
    CHECK(firn.RenewalErrorOf(opened.tokens.master_token) == 390113);
    CHECK(firn.sessions->Find(opened.session->id()).error().code == Code::kNotFound);
    CHECK(firn.sessions->Close(opened.session->id()).error().code == Code::kNotFound);
    firn.Restart();
  }
}

TEST_CASE("sessions: an attachment is made once and ends with its session") {
  Fixture firn;
  const auto opened = firn.Make();
  int made = 0;
  int alive = 0;
  const auto make = [&]() -> std::shared_ptr<void> {
    ++made;
    ++alive;
    return std::shared_ptr<void>(&alive, [](void* count) { --*static_cast<int*>(count); });
  };
  CHECK(opened.session->Attachment("a", make) == opened.session->Attachment("a", make));
  static_cast<void>(opened.session->Attachment("b", make));
  CHECK(made == 2);
  CHECK(alive == 2);
  opened.session->DropAttachment("b");
  opened.session->DropAttachment("none");
  CHECK(alive == 1);
  REQUIRE(firn.sessions->Close(opened.session->id()));
  CHECK(alive == 0);
  static_cast<void>(opened.session->Attachment("a", make));
  CHECK(alive == 0);
}

TEST_CASE("sessions: there are only so many, and ended ones make room") {
  Fixture firn;
  firn.max_sessions = 3;
  firn.Restart();
  for (int i = 0; i < 3; ++i) firn.Make();
  SessionState state;
  state.principal = {7, "ANNA", "PUBLIC"};
  const auto full = firn.sessions->Create(state);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == Code::kExhausted);
  firn.clock.Advance(4 * kHourMs);
  CHECK(firn.sessions->Create(state));
  CHECK(firn.sessions->Live().size() == 1);
}

TEST_CASE("sessions: neither a token nor a broken row of the database opens a session") {
  Fixture firn;
  const auto opened = firn.Make();
  const auto rows = (*firn.store).Query("SELECT session_sha256, state FROM sessions_session");
  REQUIRE(rows);
  CHECK(firn.ErrorOf(store::AsText(rows->at(0).at(0))) == 390104);
  CHECK(store::AsText(rows->at(0).at(1)).find(opened.tokens.session_token) == std::string::npos);
  for (const std::string broken :
       {"", "[]", "{}", "{\"user\":\"ADMIN\",\"role\":\"ACCOUNTADMIN\"}"}) {
    const auto each = firn.Make();
    REQUIRE((*firn.store)
                .Execute("UPDATE sessions_session SET state = ? WHERE id = ?",
                         {broken, each.session->id()}));
    firn.Restart();
    CHECK(firn.ErrorOf(each.tokens.session_token) == 390104);
  }
  CHECK(firn.ErrorOf(opened.tokens.session_token) == 0);
}

TEST_CASE("sessions: many threads share one session while it is renewed and others come and go") {
  Fixture firn;
  const auto shared = firn.Make();
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        if (!firn.sessions->FindByToken(shared.tokens.session_token)) ++failures;
        const auto key = std::to_string(round % 3);
        static_cast<void>(shared.session->Attachment(key, [] { return std::make_shared<int>(1); }));
        shared.session->DropAttachment(key);
        const auto name = "V" + std::to_string(i) + "_" + std::to_string(round);
        if (!shared.session->Update([&](SessionState& state) { state.variables[name] = "1"; })) {
          ++failures;
        }
      }
    });
  }
  threads.emplace_back([&] {
    if (!firn.sessions->Renew(shared.tokens.master_token)) ++failures;
    for (int round = 0; round < 10; ++round) {
      SessionState state;
      state.principal = {8, "BEN", "PUBLIC"};
      const auto mine = firn.sessions->Create(state);
      if (!mine || !firn.sessions->Heartbeat(mine->tokens.session_token)) ++failures;
      static_cast<void>(firn.sessions->Live());
      static_cast<void>(firn.sessions->Sweep());
      if (mine && !firn.sessions->Close(mine->session->id())) ++failures;
    }
  });
  for (auto& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(shared.session->State().variables.size() == 80);
  CHECK(firn.sessions->Live().size() == 1);
}

}  // namespace
}  // namespace firn::sessions
