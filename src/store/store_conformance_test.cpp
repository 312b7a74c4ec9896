#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <limits>
#include <thread>

#include "base/files.hpp"
#include "store/database.hpp"
#include "store/postgres_cluster_test.hpp"

namespace firn::store {
namespace {

namespace fs = std::filesystem;

/// An empty place for a database of one kind.
class Place {
 public:
  static constexpr const char* kSqlite = "SQLite";
  static constexpr const char* kPostgres = "PostgreSQL";

  explicit Place(const std::string& kind) {
    if (kind == kSqlite) {
      auto pattern = (fs::temp_directory_path() / "firn-store-XXXXXX").string();
      REQUIRE(mkdtemp(pattern.data()));
      folder_ = pattern;
      location_ = (folder_ / "meta.db").string();
      return;
    }
    const auto cluster = PostgresCluster::Get();
    REQUIRE_MESSAGE(cluster, cluster.error().message);
    const auto url = (*cluster)->MakeDatabase();
    REQUIRE_MESSAGE(url, url.error().message);
    location_ = *url;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  [[nodiscard]] const std::string& location() const { return location_; }
  [[nodiscard]] std::unique_ptr<Database> Open() const {
    auto database = Database::Open(location_);
    REQUIRE_MESSAGE(database, database.error().message);
    return *std::move(database);
  }

 private:
  fs::path folder_;
  std::string location_;
};

void Must(Executor& executor, std::string_view sql, const std::vector<Value>& parameters = {}) {
  const auto changed = executor.Execute(sql, parameters);
  REQUIRE_MESSAGE(changed, changed.error().message);
}

std::vector<Row> Rows(Executor& executor, std::string_view sql,
                      const std::vector<Value>& parameters = {}) {
  auto rows = executor.Query(sql, parameters);
  REQUIRE_MESSAGE(rows, rows.error().message);
  return *std::move(rows);
}

std::int64_t Number(Executor& executor, std::string_view sql) {
  const auto rows = Rows(executor, sql);
  REQUIRE(rows.size() == 1);
  return AsInt(rows[0][0]);
}

std::unique_ptr<Transaction> MustBegin(Database& database) {
  auto transaction = database.Begin();
  REQUIRE_MESSAGE(transaction, transaction.error().message);
  return *std::move(transaction);
}

Code CodeOf(Executor& executor, std::string_view sql, const std::vector<Value>& parameters = {}) {
  const auto result = executor.Execute(sql, parameters);
  REQUIRE_FALSE(result);
  CHECK_FALSE(result.error().message.empty());
  return result.error().code;
}

}  // namespace

/// Runs the case over each kind of database.
#define OVER_BOTH(kind)                        \
  std::string kind;                            \
  SUBCASE("SQLite") { kind = Place::kSqlite; } \
  SUBCASE("PostgreSQL") { kind = Place::kPostgres; }

TEST_CASE("store: NULL, numbers and text come back as they went in") {
  OVER_BOTH(kind)
  const Place place(kind);
  auto database = place.Open();
  Must(*database, "CREATE TABLE v (n BIGINT, d DOUBLE PRECISION, t TEXT)");
  const std::vector<Row> rows = {
      {std::monostate{}, std::monostate{}, std::monostate{}},
      {std::numeric_limits<std::int64_t>::max(), 0.1, std::string("")},
      {std::numeric_limits<std::int64_t>::min(), -1.7976931348623157e308,
       std::string("it's \"?\"")},
      {std::int64_t{0}, 5e-324, std::string("Grüße, 世界 🏔 \n\t\\")},
      {std::int64_t{1}, 1.0, std::string(3'000'000, 'x') + "é"},
  };
  for (const auto& row : rows) Must(*database, "INSERT INTO v VALUES (?, ?, ?)", row);
  for (const auto& row : rows) {
    const auto found =
        std::holds_alternative<std::monostate>(row[0])
            ? Rows(*database, "SELECT * FROM v WHERE n IS NULL")
            : Rows(*database, "SELECT * FROM v WHERE n = ? AND t = ?", {row[0], row[2]});
    REQUIRE(found.size() == 1);
    CHECK((found[0] == row));
  }
  CHECK((Rows(*database, "SELECT ?, ?, '?', COUNT(*), SUM(n) FROM v WHERE n = 1 -- ?",
              {std::int64_t{7}, 2.5})[0] ==
         Row{std::int64_t{7}, 2.5, std::string("?"), std::int64_t{1}, std::int64_t{1}}));
  CHECK(AsText(std::monostate{}).empty());
  CHECK(AsInt(std::monostate{}) == 0);
}

TEST_CASE("store: the number of changed rows and RETURNING are told") {
  OVER_BOTH(kind)
  const Place place(kind);
  auto database = place.Open();
  CHECK(*database->Execute("CREATE TABLE t (id BIGINT PRIMARY KEY, x TEXT)") == 0);
  CHECK(*database->Execute("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')") == 3);
  CHECK(*database->Execute("UPDATE t SET x = ? WHERE id > ?",
                           {std::string("z"), std::int64_t{1}}) == 2);
  CHECK(*database->Execute("CREATE TABLE u (id BIGINT)") == 0);
  CHECK(AsInt(Rows(*database, "UPDATE t SET id = id + 10 WHERE id = 1 RETURNING id")[0][0]) == 11);
  CHECK(*database->Execute("INSERT INTO t VALUES (2, 'n') ON CONFLICT (id) DO NOTHING") == 0);
  CHECK(*database->Execute("DELETE FROM t") == 3);
}

TEST_CASE("store: broken constraints have their codes and leave no row") {
  OVER_BOTH(kind)
  const Place place(kind);
  auto database = place.Open();
  Must(*database, "CREATE TABLE p (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
  Must(*database, "CREATE TABLE c (p BIGINT REFERENCES p (id), n BIGINT CHECK (n > 0))");
  Must(*database, "INSERT INTO p VALUES (1, 'a')");
  CHECK(CodeOf(*database, "INSERT INTO p VALUES (1, 'b')") == Code::kExists);
  CHECK(CodeOf(*database, "INSERT INTO p VALUES (2, 'a')") == Code::kExists);
  CHECK(CodeOf(*database, "INSERT INTO p VALUES (3, NULL)") == Code::kInvalid);
  CHECK(CodeOf(*database, "INSERT INTO c VALUES (9, 1)") == Code::kConflict);
  CHECK(CodeOf(*database, "INSERT INTO c VALUES (1, 0)") == Code::kInvalid);
  CHECK(CodeOf(*database, "INSERT INTO nowhere VALUES (1)") == Code::kInternal);
  CHECK(CodeOf(*database, "INSERT INTO p VALUES (4, ?)", {std::string("a\0b", 3)}) ==
        Code::kInvalid);
  CHECK(Number(*database, "SELECT COUNT(*) FROM p") == 1);
  CHECK(Number(*database, "SELECT COUNT(*) FROM c") == 0);
}

TEST_CASE("store: a transaction is seen by others only when it commits") {
  OVER_BOTH(kind)
  const Place place(kind);
  auto database = place.Open();
  Must(*database, "CREATE TABLE t (id BIGINT)");
  {
    auto transaction = MustBegin(*database);
    Must(*transaction, "INSERT INTO t VALUES (1)");
    CHECK(Number(*transaction, "SELECT COUNT(*) FROM t") == 1);
    CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 0);
    REQUIRE(transaction->Commit());
    CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 1);
    CHECK(transaction->Commit().error().code == Code::kConflict);
  }
  {
    auto transaction = MustBegin(*database);
    Must(*transaction, "INSERT INTO t VALUES (2)");
  }
  CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 1);
}

TEST_CASE("store: a transaction that met an error can only be rolled back") {
  OVER_BOTH(kind)
  const Place place(kind);
  auto database = place.Open();
  Must(*database, "CREATE TABLE t (id BIGINT PRIMARY KEY)");
  {
    auto transaction = MustBegin(*database);
    Must(*transaction, "INSERT INTO t VALUES (1)");
    CHECK(CodeOf(*transaction, "INSERT INTO t VALUES (1)") == Code::kExists);
    CHECK(CodeOf(*transaction, "INSERT INTO t VALUES (2)") == Code::kConflict);
    CHECK(transaction->Query("SELECT 1").error().code == Code::kConflict);
    CHECK(transaction->Commit().error().code == Code::kConflict);
  }
  CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 0);
  Must(*database, "INSERT INTO t VALUES (1)");
}

TEST_CASE("store: eight writers that read and write lose no update while others read") {
  OVER_BOTH(kind)
  const Place place(kind);
  auto database = place.Open();
  Must(*database, "CREATE TABLE counter (n BIGINT)");
  Must(*database, "CREATE TABLE alone (thread BIGINT, i BIGINT)");
  Must(*database, "INSERT INTO counter VALUES (0)");
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  std::atomic<int> failures{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kRounds; ++i) {
          auto transaction = database->Begin();
          if (!transaction) {
            ++failures;
            continue;
          }
          const auto rows = (*transaction)->Query("SELECT n FROM counter");
          const bool ok =
              rows &&
              (*transaction)->Execute("UPDATE counter SET n = ?", {AsInt((*rows)[0][0]) + 1}) &&
              (*transaction)->Commit();
          transaction->reset();
          if (!ok || !database->Query("SELECT * FROM alone") ||
              !database->Execute("INSERT INTO alone VALUES (?, ?)",
                                 {std::int64_t{t}, std::int64_t{i}})) {
            ++failures;
          }
        }
      });
    }
  }
  CHECK(failures == 0);
  CHECK(Number(*database, "SELECT n FROM counter") == kThreads * kRounds);
  CHECK(Number(*database, "SELECT COUNT(*) FROM alone") == kThreads * kRounds);
}

TEST_CASE("store: migrations run once, in order, each whole or not at all") {
  OVER_BOTH(kind)
  const Place place(kind);
  const std::vector<Migration> first = {
      {1, "CREATE TABLE a (id BIGINT); INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)"}};
  auto second = first;
  second.push_back({2, "ALTER TABLE a ADD COLUMN name TEXT; UPDATE a SET name = 'it;s'"});
  auto broken = second;
  broken.push_back({3, "INSERT INTO a VALUES (3, 'x'); INSERT INTO nowhere VALUES (1)"});
  {
    auto database = place.Open();
    REQUIRE(database->Migrate("tables", first));
    REQUIRE(database->Migrate("tables", first));
    CHECK(Rows(*database, "SELECT * FROM a").size() == 2);
    REQUIRE(database->Migrate("other", std::vector<Migration>{{1, "CREATE TABLE b (id BIGINT)"}}));
    REQUIRE(database->Migrate("tables", second));
    CHECK(Rows(*database, "SELECT * FROM a")[0].size() == 2);
    CHECK_FALSE(database->Migrate("tables", broken));
    CHECK(Number(*database, "SELECT COUNT(*) FROM a") == 2);
  }
  auto database = place.Open();
  REQUIRE(database->Migrate("tables", second));
  const auto refused = database->Migrate("tables", first);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::kInvalid);
  CHECK(refused.error().message.find("was written by a newer Firn") != std::string::npos);
}

TEST_CASE("store: what was acknowledged is there after the writer was killed") {
  OVER_BOTH(kind)
  const Place place(kind);
  {
    auto database = place.Open();
    Must(*database, "CREATE TABLE t (id BIGINT PRIMARY KEY, half BIGINT)");
  }
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const auto child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto opened = Database::Open(place.location());
    for (std::int64_t i = 0; opened; ++i) {
      auto transaction = (*opened)->Begin();
      if (!transaction || !(*transaction)->Execute("INSERT INTO t VALUES (?, 0)", {2 * i}) ||
          !(*transaction)->Execute("INSERT INTO t VALUES (?, 1)", {2 * i + 1}) ||
          !(*transaction)->Commit() || write(ends[1], "+", 1) != 1) {
        break;
      }
    }
    _exit(1);
  }
  close(ends[1]);
  const UniqueFd acknowledged(ends[0]);
  std::int64_t count = 0;
  char byte = 0;
  while (count < 50 && read(acknowledged.get(), &byte, 1) == 1) ++count;
  CHECK(count == 50);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(acknowledged.get(), &byte, 1) == 1) ++count;

  auto database = place.Open();
  const auto pairs = Number(*database, "SELECT COUNT(*) FROM t WHERE half = 1");
  CHECK(pairs >= count);
  CHECK(pairs <= count + 1);  // the last may have committed without being told
  CHECK(Number(*database, "SELECT COUNT(*) FROM t WHERE half = 0") == pairs);
  Must(*database, "INSERT INTO t VALUES (-1, 0)");
}

#undef OVER_BOTH

TEST_CASE("store: a SQLite backup made while others write is whole and can be opened") {
  const Place place(Place::kSqlite);
  auto database = place.Open();
  Must(*database, "CREATE TABLE t (id BIGINT, half BIGINT)");
  const auto copy = fs::path(place.location()).parent_path() / "copy.db";
  const auto write_pair = [&](std::int64_t id) {
    auto transaction = database->Begin();
    return transaction && (*transaction)->Execute("INSERT INTO t VALUES (?, 0)", {id}) &&
           (*transaction)->Execute("INSERT INTO t VALUES (?, 1)", {id}) && (*transaction)->Commit();
  };
  for (std::int64_t i = 0; i < 20; ++i) REQUIRE(write_pair(i));
  {
    std::jthread writer([&](const std::stop_token& stop) {
      for (std::int64_t i = 20; !stop.stop_requested(); ++i) write_pair(i);
    });
    const auto status = database->Backup(copy);
    REQUIRE_MESSAGE(status, status.error().message);
  }
  CHECK(database->Backup(copy).error().code == Code::kExists);
  auto restored = Database::Open(copy);
  REQUIRE(restored);
  const auto pairs = Number(**restored, "SELECT COUNT(*) FROM t WHERE half = 1");
  CHECK(pairs >= 20);
  CHECK(Number(**restored, "SELECT COUNT(*) FROM t WHERE half = 0") == pairs);
  CHECK(AsText(Rows(**restored, "PRAGMA integrity_check")[0][0]) == "ok");
  Must(**restored, "INSERT INTO t VALUES (-1, 0)");
}

TEST_CASE("store: only the owner may read SQLite's files and their backup") {
  const Place place(Place::kSqlite);
  auto database = place.Open();
  Must(*database, "CREATE TABLE t (id BIGINT)");
  const auto folder = fs::path(place.location()).parent_path();
  REQUIRE(database->Backup(folder / "copy.db"));
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    CHECK(entry.status().permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    ++files;
  }
  CHECK(files == 4);  // with the write-ahead log and its index
}

TEST_CASE("store: SQLite writes ahead and syncs fully") {
  const Place place(Place::kSqlite);
  auto database = place.Open();
  auto transaction = MustBegin(*database);
  CHECK(AsText(Rows(*transaction, "PRAGMA journal_mode")[0][0]) == "wal");
  CHECK(AsInt(Rows(*transaction, "PRAGMA synchronous")[0][0]) == 2);
}

TEST_CASE("store: a full SQLite disk is kExhausted and what was there stays") {
  const Place place(Place::kSqlite);
  auto database = place.Open();
  Must(*database, "CREATE TABLE t (x TEXT)");
  Must(*database, "INSERT INTO t VALUES ('kept')");
  {
    auto transaction = MustBegin(*database);
    Rows(*transaction, "PRAGMA max_page_count = 3");
    CHECK(CodeOf(*transaction, "INSERT INTO t VALUES (?)", {std::string(100'000, 'x')}) ==
          Code::kExhausted);
  }
  CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 1);
}

TEST_CASE("store: a location that cannot be is told with what to do") {
  for (const auto* location :
       {"/nowhere/at/all/meta.db", ":memory:", "postgresql:///x?host=/nowhere&user=firn"}) {
    const auto database = Database::Open(location);
    REQUIRE_FALSE(database);
    CHECK(database.error().code != Code::kInternal);
    CHECK(database.error().message.size() > 40);
  }
}

TEST_CASE("store: connections lost by a restart of PostgreSQL are made anew") {
  const Place place(Place::kPostgres);
  auto database = place.Open();
  Must(*database, "CREATE TABLE t (id BIGINT)");
  Must(*database, "INSERT INTO t VALUES (1)");
  CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 1);
  auto transaction = MustBegin(*database);
  Must(*transaction, "INSERT INTO t VALUES (2)");
  REQUIRE((*PostgresCluster::Get())->Restart());
  CHECK(transaction->Commit().error().code == Code::kUnavailable);
  transaction.reset();
  CHECK(Number(*database, "SELECT COUNT(*) FROM t") == 1);
  Must(*database, "INSERT INTO t VALUES (3)");
  REQUIRE((*PostgresCluster::Get())->Restart());
  REQUIRE(MustBegin(*database)->Commit());
}

TEST_CASE("store: PostgreSQL is backed up by its own tools") {
  const Place place(Place::kPostgres);
  CHECK(place.Open()->Backup("/nowhere").error().message.find("pg_dump") != std::string::npos);
}

}  // namespace firn::store
