#include "queries/history.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "observe/log.hpp"

namespace firn::queries {
namespace {

using store::Migration;

constexpr std::array<Migration, 1> kMigrations{{{1, R"(
  CREATE TABLE query_history (
    query_id TEXT PRIMARY KEY,
    session_id BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    role_name TEXT NOT NULL,
    database_name TEXT NOT NULL,
    schema_name TEXT NOT NULL,
    warehouse_name TEXT NOT NULL,
    query_text TEXT NOT NULL,
    query_tag TEXT NOT NULL,
    execution_status TEXT NOT NULL,
    error_number BIGINT NOT NULL,
    error_message TEXT NOT NULL,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    rows_produced BIGINT NOT NULL,
    statement_type BIGINT NOT NULL,
    child_ids TEXT NOT NULL);
  CREATE INDEX query_history_by_start ON query_history (start_ms))"}}};

constexpr std::string_view kInsert =
    "INSERT INTO query_history (query_id, session_id, user_name, role_name, database_name, "
    "schema_name, warehouse_name, query_text, query_tag, execution_status, error_number, "
    "error_message, start_ms, end_ms, rows_produced, statement_type, child_ids) VALUES (?, ?, ?, "
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (query_id) DO UPDATE SET "
    "execution_status = excluded.execution_status, error_number = excluded.error_number, "
    "error_message = excluded.error_message, end_ms = excluded.end_ms, rows_produced = "
    "excluded.rows_produced, statement_type = excluded.statement_type, child_ids = "
    "excluded.child_ids";

/// A text of megabytes is no use in a history.
constexpr std::size_t kLongestText = 64 * 1024;
constexpr std::size_t kMostWaiting = 50'000;
constexpr auto kGatherFor = std::chrono::milliseconds(100);

std::vector<store::Value> Values(const HistoryEntry& entry) {
  return {entry.id,
          entry.session_id,
          entry.user,
          entry.role,
          entry.database,
          entry.schema,
          entry.warehouse,
          entry.text.substr(0, kLongestText),
          entry.tag,
          entry.state,
          static_cast<std::int64_t>(entry.error_number),
          entry.error_message,
          entry.start_ms,
          entry.end_ms,
          entry.rows,
          static_cast<std::int64_t>(entry.statement_type),
          entry.child_ids};
}

}  // namespace

Result<std::unique_ptr<History>> History::Open(store::Database& database, std::int64_t now_ms) {
  FIRN_CHECK(database.Migrate("queries", kMigrations));
  FIRN_CHECK(database.Execute(
      "UPDATE query_history SET execution_status = 'FAILED_WITH_ERROR', error_number = 604, "
      "error_message = ?, end_ms = ? WHERE execution_status = 'RUNNING'",
      {"Firn was restarted while this query ran; send it again.", now_ms}));
  std::unique_ptr<History> history(new History(database));
  history->writer_ = std::thread([self = history.get()] { self->Run(); });
  return history;
}

History::~History() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  writer_.join();
}

Status History::Begin(const HistoryEntry& entry) {
  FIRN_CHECK(database_.Execute(kInsert, Values(entry)));
  return {};
}

void History::End(HistoryEntry entry) {
  {
    const std::lock_guard lock(mutex_);
    // When the disk cannot keep up the oldest go: a query must not fail for its history.
    if (waiting_.size() >= kMostWaiting) waiting_.erase(waiting_.begin());
    waiting_.push_back(std::move(entry));
    if (waiting_.size() > 1) return;  // the writer knows
  }
  changed_.notify_all();
}

Result<HistoryEntry> History::Find(const std::string& id, const std::string& user) {
  Flush();
  FIRN_TRY(const auto rows,
           database_.Query("SELECT session_id, execution_status, error_number, error_message, "
                           "start_ms, end_ms, rows_produced, statement_type, child_ids FROM "
                           "query_history WHERE query_id = ? AND user_name = ?",
                           {id, user}));
  if (rows.empty()) {
    return SqlError(Code::kNotFound, 709, "02000", "Statement " + id + " not found");
  }
  const auto& row = rows.front();
  HistoryEntry entry;
  entry.id = id;
  entry.user = user;
  entry.session_id = store::AsInt(row[0]);
  entry.state = store::AsText(row[1]);
  entry.error_number = static_cast<int>(store::AsInt(row[2]));
  entry.error_message = store::AsText(row[3]);
  entry.start_ms = store::AsInt(row[4]);
  entry.end_ms = store::AsInt(row[5]);
  entry.rows = store::AsInt(row[6]);
  entry.statement_type = static_cast<int>(store::AsInt(row[7]));
  entry.child_ids = store::AsText(row[8]);
  return entry;
}

Result<std::vector<statements::PastQuery>> History::List(const statements::PastQueries& wanted) {
  Flush();
  std::string sql =
      "SELECT query_id, query_text, database_name, schema_name, user_name, role_name, "
      "warehouse_name, query_tag, session_id, execution_status, statement_type, error_number, "
      "error_message, start_ms, end_ms, rows_produced FROM query_history WHERE 1 = 1";
  std::vector<store::Value> parameters;
  if (wanted.user) {
    sql += " AND user_name = ?";
    parameters.emplace_back(*wanted.user);
  }
  if (wanted.session_id) {
    sql += " AND session_id = ?";
    parameters.emplace_back(*wanted.session_id);
  }
  sql += " ORDER BY start_ms DESC, query_id DESC LIMIT ?";
  parameters.emplace_back(wanted.limit);
  FIRN_TRY(const auto rows, database_.Query(sql, parameters));
  std::vector<statements::PastQuery> out;
  for (const auto& row : rows) {
    auto& query = out.emplace_back();
    std::size_t at = 0;
    for (auto* text : {&query.id, &query.text, &query.database, &query.schema, &query.user,
                       &query.role, &query.warehouse, &query.tag}) {
      *text = store::AsText(row[at++]);
    }
    query.session_id = store::AsInt(row[at++]);
    query.state = store::AsText(row[at++]);
    query.statement_type = static_cast<int>(store::AsInt(row[at++]));
    query.error_number = static_cast<int>(store::AsInt(row[at++]));
    query.error_message = store::AsText(row[at++]);
    query.start_ms = store::AsInt(row[at++]);
    query.end_ms = store::AsInt(row[at++]);
    query.rows = store::AsInt(row[at++]);
  }
  return out;
}

void History::Flush() {
  std::unique_lock lock(mutex_);
  ++flushing_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return stopping_ || (waiting_.empty() && !writing_); });
  --flushing_;
}

Status History::Forget(std::int64_t before_ms) {
  FIRN_CHECK(database_.Execute(
      "DELETE FROM query_history WHERE end_ms < ? AND execution_status <> 'RUNNING'", {before_ms}));
  return {};
}

void History::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    // One wait for the disk serves all that end in the meantime.
    changed_.wait_for(lock, kGatherFor, [&] { return stopping_ || flushing_ > 0; });
    std::vector<HistoryEntry> batch;
    batch.swap(waiting_);
    writing_ = true;
    lock.unlock();
    if (const auto written = Write(batch); !written) {
      observe::Logger().Error("history.lost",
                              {{"entries", static_cast<std::int64_t>(batch.size())},
                               {"because", std::string_view(written.error().message)}});
    }
    lock.lock();
    writing_ = false;
    changed_.notify_all();
  }
}

Status History::Write(const std::vector<HistoryEntry>& entries) {
  FIRN_TRY(const auto transaction, database_.Begin());
  for (const auto& entry : entries) FIRN_CHECK(transaction->Execute(kInsert, Values(entry)));
  return transaction->Commit();
}

}  // namespace firn::queries
