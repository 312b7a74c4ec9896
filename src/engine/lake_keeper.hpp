#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

#include "engine/instance.hpp"

namespace firn::engine {

/// Gives back what the lake needs no more: snapshots older than a time, the files that only they
/// named, and files that no snapshot names. What an open transaction may read stays.
///
/// DuckLake decides by snapshots and dates; here it is decided by the order of events in this
/// process, which no change of the clock can spoil:
///   - a snapshot goes only when a later one was seen before every open transaction began: so
///     each reads files that are still named, and finds at its commit all changes made since;
///   - a file goes only when every open transaction began after it was no longer named (or, never
///     named, after it was first seen).
/// A crash at any point leaves files that wait for deletion or are orphans; both go later.
/// Thread-safe.
class LakeKeeper {
 public:
  explicit LakeKeeper(Instance& instance) : instance_(instance) {}

  Result<Freed> Forget(std::chrono::milliseconds keep);
  /// The first call deletes files last written before `written_before` too, when it is set: no
  /// transaction of this process wrote them.
  Result<std::int64_t> SweepOrphans(std::optional<std::filesystem::file_time_type> written_before);

 private:
  using Time = OpenTransactions::Time;
  /// A snapshot that was committed before a time.
  struct Mark {
    Time seen;
    std::int64_t snapshot = 0;
  };

  Status NoteNewest(duckdb_connection connection);
  Status Expire(duckdb_connection connection, std::chrono::milliseconds keep, Freed& freed);
  Status DeleteWaiting(duckdb_connection connection, Freed& freed);

  Instance& instance_;
  std::mutex mutex_;                               // one at a time
  std::deque<Mark> marks_;                         // the oldest first; guarded by mutex_
  std::optional<Time> expired_at_;                 // the last expiry; guarded by mutex_
  std::map<std::filesystem::path, Time> unnamed_;  // since when; guarded by mutex_
};

}  // namespace firn::engine
