#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/change_first_mutex.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "catalog/catalog_service.hpp"
#include "results/result_set.hpp"
#include "sessions/session_service.hpp"
#include "sql/cursor.hpp"
#include "statements/past_query.hpp"

namespace firn::access {
class AccessService;
}
namespace firn::engine {
class Engine;
class Ingest;
}  // namespace firn::engine
namespace firn::sql {
class Translator;
}
namespace firn::stages {
class StageService;
}
namespace firn::tables {
class TableService;
}

namespace firn::statements {

class ConnectionPool;

/// What statements may call. Made by main; everything outlives every statement.
struct Services {
  access::AccessService& access;
  catalog::CatalogService& catalog;
  engine::Engine& engine;
  engine::Ingest& ingest;
  results::ResultStore& results;
  sessions::SessionService& sessions;
  sql::Translator& translator;
  stages::StageService& stages;
  tables::TableService& tables;
  ConnectionPool& connections;
  const Clock& clock;
  /// Writes are refused with this while it is set (the disk is nearly full).
  std::function<Status()> may_write;
  /// Held shared by a statement that defines something, alone by a backup, so that the catalog and
  /// the lake are copied as of one moment.
  ChangeFirstMutex& definitions;
  /// The query history.
  std::function<Result<std::vector<PastQuery>>(const PastQueries& wanted)> past_queries;
  /// Cancels what the session runs, but for the query of that id.
  std::function<void(std::int64_t session_id, const std::string& but_query_id)> cancel_session;
};

/// A value for `?`, or one for each row of a bulk insert.
struct Binding {
  std::string name;  ///< of `:name`; empty for a value by its place
  std::string type;  ///< FIXED, REAL, TEXT, BOOLEAN, DATE, TIME, TIMESTAMP_*, BINARY, ANY
  std::vector<std::optional<std::string>> values;
  bool is_array = false;
};

/// Somebody else's wish that a statement end. Thread-safe.
class Cancellation {
 public:
  void Cancel();
  [[nodiscard]] bool cancelled() const { return cancelled_.load(); }
  /// Called at once if cancelled already. Set to nothing when the statement has left the engine.
  void OnCancel(std::function<void()> interrupt);

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::function<void()> interrupt_;  // guarded by mutex_; called under it, so it must not block
};

/// One statement being run, on one thread.
struct Execution {
  Services& services;
  sessions::Session& session;
  sessions::SessionState state;  ///< as it was when the statement began
  std::string query_id;
  std::string text;  ///< the statement as sent, IDENTIFIER(…) and variables resolved
  std::vector<sql::Token> tokens;  ///< of text
  std::vector<Binding> bindings;   ///< those that IDENTIFIER(?) has not taken
  std::string bind_stage;          ///< where a bulk insert's values were uploaded; or empty
  bool describe_only = false;
  std::string base_url;  ///< the address by which the client reached us, "http://host:port"
  std::vector<std::string> previous_queries;  ///< of this session, newest first
  Cancellation& cancellation;

  [[nodiscard]] catalog::Scope scope() const {
    return {state.principal, state.database, state.schema, ""};
  }
  [[nodiscard]] sql::Cursor cursor() const { return {text, tokens}; }
};

/// The bytes of a PUT or GET travel apart: what the client must be told to move them.
struct Transfer {
  bool upload = false;
  std::vector<std::string> sources;  ///< PUT: the client's paths; GET: names on the stage
  std::vector<std::string> urls;     ///< PUT: one; GET: one for each source
  std::string upload_token;          ///< PUT: for all of its files, named by the client
  std::string local_folder;          ///< GET
  std::string stage_location;        ///< shown to the client
  std::string source_compression = "auto_detect";
  std::int64_t parallel = 4;
  bool auto_compress = true;
  bool overwrite = false;
};

/// What came of a statement: a result that is in the store, or rows of ours, or a transfer.
struct Outcome {
  std::vector<results::ResultColumn> columns;
  std::vector<results::TextRow> rows;
  std::shared_ptr<const results::ResultSet> result;  ///< instead of rows
  std::optional<Transfer> transfer;
};

/// `name` as a column of text, the usual one of SHOW and DDL.
results::ResultColumn TextColumn(std::string name);
results::ResultColumn NumberColumn(std::string name);
results::ResultColumn BooleanColumn(std::string name);
/// Milliseconds since 1970 in the rows' text become a TIMESTAMP_LTZ(3).
results::ResultColumn TimeColumn(std::string name);
std::string TimeText(std::int64_t ms);
/// One row "status" with one sentence.
Outcome StatusOutcome(std::string sentence);

}  // namespace firn::statements
