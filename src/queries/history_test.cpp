#include "queries/history.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/ids.hpp"

namespace firn::queries {
namespace {

/// A metadata database in a folder of its own.
struct Store {
  Store() : folder(std::filesystem::temp_directory_path() / ("firn-history-" + NewUuid())) {
    REQUIRE(MakeFolders(folder));
    Open();
  }
  ~Store() {
    database.reset();
    std::filesystem::remove_all(folder);
  }
  void Open() {
    database.reset();
    auto opened = store::Database::Open((folder / "meta.db").string());
    REQUIRE(opened);
    database = *std::move(opened);
  }

  std::filesystem::path folder;
  std::unique_ptr<store::Database> database;
};

HistoryEntry Entry(std::string id, std::string state) {
  HistoryEntry entry;
  entry.id = std::move(id);
  entry.user = "ADMIN";
  entry.text = "select 1";
  entry.tag = "nightly";
  entry.state = std::move(state);
  entry.start_ms = 1;
  entry.end_ms = 2;
  return entry;
}

}  // namespace

TEST_CASE("history: a query that ended is found by its user and by nobody else") {
  Store store;
  auto history = History::Open(*store.database, 0);
  REQUIRE(history);
  (*history)->End(Entry("q1", "SUCCESS"));
  REQUIRE((*history)->Find("q1", "ADMIN"));
  CHECK((*history)->Find("q1", "ADMIN")->state == "SUCCESS");
  CHECK((*history)->Find("q1", "EVE").error().code == Code::kNotFound);
  CHECK((*history)->Find("q2", "ADMIN").error().code == Code::kNotFound);
}

TEST_CASE("history: what ran when the process ended has failed, never is it unknown") {
  Store store;
  {
    auto history = History::Open(*store.database, 0);
    REQUIRE(history);
    REQUIRE((*history)->Begin(Entry("q1", "RUNNING")));
  }
  store.Open();
  auto history = History::Open(*store.database, 77);
  REQUIRE(history);
  const auto entry = (*history)->Find("q1", "ADMIN");
  REQUIRE(entry);
  CHECK(entry->state == "FAILED_WITH_ERROR");
  CHECK(entry->end_ms == 77);
  CHECK(entry->error_message.find("restarted") != std::string::npos);
}

TEST_CASE("history: what ended long ago is forgotten, what runs is not") {
  Store store;
  auto history = History::Open(*store.database, 0);
  REQUIRE(history);
  REQUIRE((*history)->Begin(Entry("running", "RUNNING")));
  (*history)->End(Entry("old", "SUCCESS"));
  (*history)->Flush();
  REQUIRE((*history)->Forget(1000));
  CHECK_FALSE((*history)->Find("old", "ADMIN"));
  CHECK((*history)->Find("running", "ADMIN"));
}

}  // namespace firn::queries
