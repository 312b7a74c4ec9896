#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "statements/past_query.hpp"
#include "store/database.hpp"

namespace firn::queries {

/// One line of the query history.
struct HistoryEntry {
  std::string id;
  std::int64_t session_id = 0;
  std::string user, role, database, schema, warehouse;
  std::string text;
  std::string tag;    ///< QUERY_TAG
  std::string state;  ///< RUNNING, SUCCESS, FAILED_WITH_ERROR
  int error_number = 0;
  std::string error_message;
  std::int64_t start_ms = 0, end_ms = 0;
  std::int64_t rows = 0;
  int statement_type = 0;
  /// A finished multi-statement's parts.
  std::string child_ids;
};

/// The query history in the metadata. Entries of finished queries are written by a thread of its
/// own, in batches, so that no query waits for the disk; a query that a client will ask for later
/// (async) is written before it is acknowledged. Thread-safe.
class History {
 public:
  /// Queries that were running when the last process ended are marked failed.
  static Result<std::unique_ptr<History>> Open(store::Database& database, std::int64_t now_ms);
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  Status Begin(const HistoryEntry& entry);  ///< now, durably
  void End(HistoryEntry entry);             ///< soon
  /// Errors: kNotFound for one that is unknown or another user's.
  Result<HistoryEntry> Find(const std::string& id, const std::string& user);
  /// Finished ones and those that clients will ask for later, newest first.
  Result<std::vector<statements::PastQuery>> List(const statements::PastQueries& wanted);
  /// Waits until all that came before is written.
  void Flush();
  /// Deletes what ended before that time.
  Status Forget(std::int64_t before_ms);

 private:
  explicit History(store::Database& database) : database_(database) {}
  void Run();
  Status Write(const std::vector<HistoryEntry>& entries);

  store::Database& database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HistoryEntry> waiting_;  // guarded by mutex_
  bool writing_ = false;               // guarded by mutex_
  int flushing_ = 0;                   // guarded by mutex_: how many wait for the writer
  bool stopping_ = false;              // guarded by mutex_
  std::thread writer_;
};

}  // namespace firn::queries
