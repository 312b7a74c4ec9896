#include "engine/table_names_cache.hpp"

#include <doctest/doctest.h>

namespace firn::engine {

TEST_CASE("table names cache: a text finds its own names and no other text's") {
  TableNamesCache cache;
  CHECK_FALSE(cache.Find("SELECT 1"));
  cache.Add("SELECT 1 FROM a", {"a"});
  cache.Add("SELECT 1", {});
  CHECK(cache.Find("SELECT 1 FROM a") == TableNamesCache::Names{"a"});
  CHECK(cache.Find("SELECT 1") == TableNamesCache::Names{});
  CHECK_FALSE(cache.Find("SELECT 1 FROM A"));
}

TEST_CASE("table names cache: the least used text is forgotten when there are too many") {
  TableNamesCache cache(10'000);
  cache.Add("kept", {"a"});
  for (int i = 0; i < 1000; ++i) {
    cache.Add("text " + std::to_string(i), {"a"});
    CHECK(cache.Find("kept"));
  }
  CHECK_FALSE(cache.Find("text 0"));
  CHECK(cache.Find("text 999"));
  cache.Add(std::string(5'000, 'x'), {});
  CHECK_FALSE(cache.Find(std::string(5'000, 'x')));
}

}  // namespace firn::engine
