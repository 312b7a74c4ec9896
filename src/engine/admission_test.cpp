#include "engine/admission.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>

using namespace firn;
using namespace firn::engine;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

void AwaitWaiting(const Admission& admission, std::size_t count) {
  while (admission.Snapshot().size() != count) std::this_thread::yield();
}

}  // namespace

TEST_CASE("admission: users take turns, whatever one of them has queued") {
  Admission admission({.max_running = 1, .memory_bytes = 100, .max_queued_per_user = 10});
  std::optional<Admission::Ticket> running(*admission.Enter("A", 1, seconds(1)));
  std::mutex mutex;
  std::string order;
  std::vector<std::jthread> threads;
  std::size_t waiting = 0;
  for (const char* user : {"A", "A", "A", "B", "C"}) {
    threads.emplace_back([&, user] {
      const auto ticket = admission.Enter(user, 1, seconds(60));
      const std::lock_guard lock(mutex);
      order += user;
    });
    AwaitWaiting(admission, ++waiting);
  }
  const auto snapshot = admission.Snapshot();
  CHECK(snapshot[0].place == 1);
  CHECK(snapshot[0].reason == "waits for one of 1 running statements to end");
  CHECK(snapshot[1].user == "B");
  CHECK(snapshot[4].user == "A");
  CHECK(snapshot[4].reason == "waits for 4 statements before it");
  running.reset();
  threads.clear();
  CHECK(order == "ABCAA");
  CHECK(admission.running() == 0);
}

TEST_CASE("admission: a large statement waits for memory and is not passed") {
  Admission admission({.max_running = 4, .memory_bytes = 100 << 20, .max_queued_per_user = 10});
  std::optional<Admission::Ticket> small(*admission.Enter("A", 60 << 20, seconds(1)));
  std::jthread large([&] { CHECK(admission.Enter("B", 1000LL << 20, seconds(60))); });
  AwaitWaiting(admission, 1);
  CHECK(admission.Snapshot()[0].reason == "waits for 100 MB of memory; 40 MB are free");
  const auto third = admission.Enter("C", 1, milliseconds(1));
  REQUIRE_FALSE(third);
  CHECK(third.error().code == Code::kTimeout);
  small.reset();
  large.join();
  CHECK(admission.Enter("C", 1, seconds(1)));
}

TEST_CASE("admission: a full queue, a stop and a time limit are told apart") {
  Admission admission({.max_running = 1, .memory_bytes = 100, .max_queued_per_user = 1});
  auto running = admission.Enter("A", 0, seconds(1));
  std::stop_source stop;
  std::jthread waiter([&] {
    CHECK(admission.Enter("A", 0, seconds(60), stop.get_token()).error().code == Code::kCancelled);
  });
  AwaitWaiting(admission, 1);
  CHECK(admission.Enter("A", 0, seconds(60)).error().code == Code::kExhausted);
  CHECK(admission.Enter("B", 0, milliseconds(1)).error().code == Code::kTimeout);
  stop.request_stop();
  waiter.join();
  CHECK(admission.Snapshot().empty());
}

TEST_CASE("admission: under many threads nobody is lost and the limit holds") {
  Admission admission({.max_running = 3, .memory_bytes = 10, .max_queued_per_user = 100});
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> done{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const auto ticket = admission.Enter(t % 2 == 0 ? "A" : "B", i % 12,
                                              i % 7 == 0 ? milliseconds(0) : seconds(60));
          if (!ticket) continue;
          const int now = ++inside;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          ++done;
          --inside;
        }
      });
    }
  }
  CHECK(most <= 3);
  CHECK(done >= 8 * 85);
  CHECK(admission.running() == 0);
  CHECK(admission.Snapshot().empty());
}
