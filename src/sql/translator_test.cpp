#include "sql/translator.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "sql/translation_cache.hpp"

namespace firn::sql {
namespace {

using Clock = std::chrono::steady_clock;

// A worker that does what the statement's first word says, and else answers with its text.
constexpr std::string_view kFakeWorker = R"PY(
import json, os, struct, sys, time
def send(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
    sys.stdout.buffer.flush()
if len(sys.argv) > 1 and sys.argv[1] == "mute":
    time.sleep(600)
send({"ready": True, "protocol": 2 if "old" in sys.argv[1:] else 1})
while True:
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        sys.exit(0)
    request = json.loads(sys.stdin.buffer.read(struct.unpack("<I", head)[0]))
    words = request["text"].split()
    answer = {"id": request["id"], "ok": True, "kind": "query", "sql": "SELECT " + str(len(request["text"])),
              "tables": [], "result_scans": [], "contexts": [], "columns": ["A"],
              "defined_names": [], "bindings": 0, "outputs": [], "assigned": []}
    if words[0] == "die":
        sys.exit(1)
    if words[0] == "hang":
        time.sleep(600)
    if words[0] == "hang_once" and not os.path.exists(words[1]):
        open(words[1], "w").close()
        time.sleep(600)
    if words[0] == "refuse":
        answer = {"id": request["id"], "ok": False, "number": 1003, "state": "42000", "message": "no"}
    if words[0] == "answer":
        answer.update(json.loads(request["text"][len("answer"):]))
    if words[0] == "raw":
        answer = request["text"][4:].encode()
    if words[0] == "promise":
        sys.stdout.buffer.write(struct.pack("<I", 0xFFFFFFFF))
        sys.stdout.buffer.flush()
        time.sleep(600)
    send(answer)
)PY";

TranslatorSettings Fake(std::vector<std::string> arguments = {}) {
  TranslatorSettings settings;
  settings.argv = {"python3", "-c", std::string(kFakeWorker)};
  settings.argv.insert(settings.argv.end(), arguments.begin(), arguments.end());
  return settings;
}

std::filesystem::path FlagPath(std::string_view name) {
  return std::filesystem::temp_directory_path() /
         ("firn_translator_test_" + std::to_string(getpid()) + "_" + std::string(name));
}

/// Whether the condition came true within 30 s.
template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = Clock::now() + std::chrono::seconds(30);
  while (Clock::now() < deadline) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST_CASE("translator: an answer is cached by the statement's text") {
  const auto translator = *Translator::Start(Fake());
  const auto first = translator->Translate("select 1");
  REQUIRE(first);
  CHECK((*first)->sql == "SELECT 8");
  CHECK((*first)->columns == std::vector<std::string>{"A"});
  const auto second = translator->Translate("select 1");
  REQUIRE(second);
  CHECK(second->get() == first->get());
  CHECK(translator->stats().hits == 1);
  CHECK(translator->stats().misses == 1);
  CHECK(translator->stats().restarts == 0);
}

TEST_CASE("translator: the worker's refusal carries its number and state") {
  const auto translator = *Translator::Start(Fake());
  const auto result = translator->Translate("refuse");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::kInvalid);
  CHECK(result.error().sql_number == 1003);
  CHECK(result.error().sql_state == "42000");
  CHECK(result.error().message == "no");
}

TEST_CASE("translator: a worker killed in the middle of a statement is replaced unnoticed") {
  const auto translator = *Translator::Start(Fake());
  REQUIRE(translator->Translate("select 1"));
  const auto flag = FlagPath("kill");
  std::filesystem::remove(flag);
  const auto pid = translator->pids().at(0);
  std::thread killer([&] {
    CHECK(Eventually([&] { return std::filesystem::exists(flag); }));
    kill(pid, SIGKILL);
  });
  CHECK(translator->Translate("hang_once " + flag.string()));
  killer.join();
  CHECK(translator->Translate("select 2"));
  CHECK(translator->stats().restarts == 1);
  CHECK(translator->pids().at(0) != pid);
  std::filesystem::remove(flag);
}

TEST_CASE("translator: a worker killed while idle is replaced unnoticed") {
  const auto translator = *Translator::Start(Fake());
  REQUIRE(translator->Translate("select 1"));
  kill(translator->pids().at(0), SIGKILL);
  CHECK(translator->Translate("select 2"));
}

TEST_CASE("translator: a statement that kills two workers fails and the next one works") {
  const auto translator = *Translator::Start(Fake());
  const auto result = translator->Translate("die");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::kUnavailable);
  CHECK(translator->Translate("select 1"));
}

TEST_CASE("translator: a statement that takes too long is stopped and the next one works") {
  auto settings = Fake();
  settings.timeout_ms = 2'000;
  const auto translator = *Translator::Start(settings);
  REQUIRE(translator->Translate("select 1"));
  const auto pid = translator->pids().at(0);
  const auto result = translator->Translate("hang");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::kTimeout);
  CHECK(kill(pid, 0) != 0);
  CHECK(translator->Translate("select 2"));
}

TEST_CASE("translator: answers that do not hold together are refused") {
  const auto translator = *Translator::Start(Fake());
  for (const auto* statement : {
           "raw no json",
           "raw []",
           "raw {}",
           "raw {\"id\":1,\"ok\":false}",
           "raw [[[[[[[[[[[[[[[[",
           "answer {\"id\":77}",
           "answer {\"ok\":1}",
           "answer {\"kind\":\"drop\"}",
           "answer {\"sql\":\"\"}",
           "answer {\"sql\":1}",
           "answer {\"sql\":\"FROM \\\"firn:t0\\\"\"}",
           "answer {\"sql\":\"SELECT 1 -- x\"}",
           "answer {\"tables\":[{\"name\":[],\"target\":false}]}",
           "answer {\"tables\":[{\"name\":[\"a\",\"b\",\"c\",\"d\"],\"target\":false}]}",
           "answer {\"tables\":[{\"name\":[\"a\"]}]}",
           "answer {\"tables\":{}}",
           "answer {\"contexts\":[\"a b\"]}",
           "answer {\"columns\":[1]}",
           "answer {\"bindings\":-1}",
           "answer {\"assigned\":[-1]}",
           "answer {\"assigned\":[\"\"]}",
           "answer {\"sql\":\"SELECT \\\"firn:v0\\\"(1)\"}",
           "answer {\"outputs\":null}",
           "answer {\"outputs\":[{\"union\":[0]}]}",
           "answer {\"outputs\":[{\"from\":[]}]}",
           "answer {\"outputs\":[{\"from\":[],\"out\":[[\"?\"]]}]}",
           "answer {\"outputs\":[{\"from\":[],\"out\":[[\"x\",\"A\"]]}]}",
           "answer {\"outputs\":[{\"from\":[[\"T\",\"table\",0,false,[],[]]],\"out\":[]}]}",
           "answer {\"bindings\":9999999999}",
       }) {
    const auto result = translator->Translate(statement);
    REQUIRE_FALSE_MESSAGE(result, statement);
    CHECK_MESSAGE(result.error().code == Code::kInternal, statement);
  }
  CHECK_FALSE(translator->Translate("promise"));
  CHECK(
      translator->Translate("answer {\"sql\":\"FROM \\\"firn:t0\\\"\",\"tables\":"
                            "[{\"name\":[\"DB\",\"t\"],\"target\":true}]}"));
}

TEST_CASE("translator: one that never becomes ready fails within its limit") {
  auto settings = Fake({"mute"});
  settings.start_timeout_ms = 300;
  const auto mute = *Translator::Start(settings);
  const auto result = mute->Translate("select 1");
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::kUnavailable);

  const auto old = *Translator::Start(Fake({"old"}));
  CHECK_FALSE(old->Translate("select 1"));

  settings = Fake();
  settings.argv = {"/nonexistent/translator"};
  const auto absent = *Translator::Start(settings);
  const auto refused = absent->Translate("select 1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kUnavailable);
  CHECK_FALSE(Translator::Start(TranslatorSettings{}));
}

TEST_CASE("translator: statements that are no text or use our slots do not reach the worker") {
  const auto translator = *Translator::Start(Fake());
  CHECK_FALSE(translator->Translate("select '\xC0\xAF'"));
  CHECK_FALSE(translator->Translate("select '\xED\xA0\x80'"));
  CHECK_FALSE(translator->Translate("select * from \"firn:t0\""));
  CHECK(translator->Translate("select '\"firn:t0\"', 'größe \U0001F600'"));
}

TEST_CASE("translator: many threads share a few workers") {
  auto settings = Fake();
  settings.workers = 2;
  const auto translator = *Translator::Start(settings);
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        std::string statement = "select " + std::to_string(t * 1000 + i % 25);
        const auto result = translator->Translate(statement);
        if (result && (*result)->sql == "SELECT " + std::to_string(statement.size())) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 400);
  CHECK(translator->stats().hits + translator->stats().misses == 400);
}

TEST_CASE("translator: a statement of a megabyte passes through the pipes") {
  const auto translator = *Translator::Start(Fake());
  const std::string statement = "select '" + std::string(2'000'000, 'x') + "'";
  const auto result = translator->Translate(statement);
  REQUIRE(result);
  CHECK((*result)->sql == "SELECT " + std::to_string(statement.size()));
}

TEST_CASE("translator: the cache is bounded in entries and bytes and keeps what is used") {
  const auto value = std::make_shared<const Translation>();
  TranslationCache few(2, 1U << 20U);
  few.Add("a", value);
  few.Add("b", value);
  CHECK(few.Find("a"));
  few.Add("c", value);
  CHECK(few.Find("a"));
  CHECK_FALSE(few.Find("b"));
  CHECK(few.Find("c"));

  TranslationCache small(1000, 100'000);
  small.Add(std::string(50'000, 'x'), value);
  CHECK(small.bytes() == 0);
  for (int i = 0; i < 100; ++i) {
    small.Add(std::to_string(i) + std::string(5'000, 'x'), value);
    CHECK(small.bytes() <= 100'000);
  }
  CHECK(small.bytes() > 50'000);
}

TEST_CASE("translator: a hit takes microseconds") {
  const auto translator = *Translator::Start(Fake());
  const std::string statement = "select " + std::string(400, 'x');
  REQUIRE(translator->Translate(statement));
  constexpr int kRounds = 10'000;
  const auto begin = Clock::now();
  for (int i = 0; i < kRounds; ++i) (void)translator->Translate(statement);
  const auto spent = std::chrono::duration<double, std::micro>(Clock::now() - begin) / kRounds;
  MESSAGE("us per hit: " << spent.count());
  CHECK(spent.count() < 200.0);  // ten times the aim, since other programs run too
}

}  // namespace
}  // namespace firn::sql
