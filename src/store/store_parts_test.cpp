#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "store/placeholders.hpp"
#include "store/postgres_values.hpp"
#include "store/turns.hpp"

namespace firn::store {

TEST_CASE("placeholders: a question mark is numbered only where it is a parameter") {
  CHECK(NumberPlaceholders("SELECT ? WHERE a = ?") == "SELECT $1 WHERE a = $2");
  CHECK(NumberPlaceholders("'it''s ?' \"q?\"\"?\" ? -- ?\n ? /* ? */ ?") ==
        "'it''s ?' \"q?\"\"?\" $1 -- ?\n $2 /* ? */ $3");
  CHECK(NumberPlaceholders("'open ?") == "'open ?");
}

TEST_CASE("placeholders: what may write does not begin as a read") {
  CHECK(BeginsAsRead(" -- INSERT\n (select 1)"));
  CHECK(BeginsAsRead("WITH a AS (SELECT 'delete') SELECT * FROM a"));
  CHECK_FALSE(BeginsAsRead("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a"));
  CHECK_FALSE(BeginsAsRead("/* SELECT */ insert INTO t VALUES (1) RETURNING id"));
  CHECK_FALSE(BeginsAsRead(""));
}

TEST_CASE("postgres_values: SQLSTATEs have the codes that callers know") {
  CHECK(CodeOfSqlState("23505") == Code::kExists);
  CHECK(CodeOfSqlState("23502") == Code::kInvalid);
  CHECK(CodeOfSqlState("40001") == Code::kConflict);
  CHECK(CodeOfSqlState("53100") == Code::kExhausted);
  CHECK(CodeOfSqlState("55P03") == Code::kTimeout);
  CHECK(CodeOfSqlState("57P01") == Code::kUnavailable);
  CHECK(CodeOfSqlState("42P01") == Code::kInternal);
}

TEST_CASE("turns: one at a time, and who waits too long is told") {
  Turns turns(std::chrono::milliseconds(20));
  {
    const auto turn = turns.Wait();
    REQUIRE(turn);
    const auto late = turns.Wait();
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Code::kTimeout);
  }
  CHECK(turns.Wait());

  Turns many(std::chrono::seconds(30));
  int counted = 0;  // guarded by having the turn
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          if (const auto turn = many.Wait()) ++counted;
        }
      });
    }
  }
  CHECK(counted == 1600);
}

}  // namespace firn::store
