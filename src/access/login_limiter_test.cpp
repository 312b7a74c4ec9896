#include "access/login_limiter.hpp"

#include <doctest/doctest.h>

#include "access/test_support.hpp"

namespace firn::access {
namespace {

using testing::FakeClock;

void Fail(LoginLimiter& limiter, const std::string& key, int times) {
  for (int i = 0; i < times; ++i) static_cast<void>(limiter.Record(key, false));
}

TEST_CASE("login limiter: the fifth failure costs a second, each further one twice as long") {
  FakeClock clock;
  LoginLimiter limiter(clock);
  Fail(limiter, "a", 4);
  CHECK(limiter.Allowed("a"));
  for (int wait_s = 1, rounds = 0; rounds < 14; ++rounds) {
    CHECK(limiter.Record("a", false));
    CAPTURE(wait_s);
    CHECK_FALSE(limiter.Allowed("a"));
    CHECK(limiter.Allowed("b"));
    clock.Advance(std::int64_t{wait_s} * 1000 - 1);
    CHECK_FALSE(limiter.Allowed("a"));
    clock.Advance(1);
    CHECK(limiter.Allowed("a"));
    wait_s = std::min(wait_s * 2, 900);
  }
}

TEST_CASE("login limiter: a success forgets, but not while the key has to wait") {
  FakeClock clock;
  LoginLimiter limiter(clock);
  Fail(limiter, "a", 4);
  CHECK(limiter.Record("a", true));
  Fail(limiter, "a", 4);
  CHECK(limiter.Allowed("a"));
  Fail(limiter, "a", 1);
  CHECK_FALSE(limiter.Record("a", true));
  clock.Advance(1000);
  CHECK(limiter.Record("a", true));
  CHECK(limiter.size() == 0);
}

TEST_CASE("login limiter: a flood of names does not free the one that is being guessed") {
  FakeClock clock;
  LoginLimiter limiter(clock, 100);
  Fail(limiter, "victim", 5);
  for (int i = 0; i < 1000; ++i) Fail(limiter, "made up " + std::to_string(i), 1);
  CHECK(limiter.size() == 100);
  CHECK_FALSE(limiter.Allowed("victim"));
}

}  // namespace
}  // namespace firn::access
