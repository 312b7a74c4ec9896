#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/duckdb_handles.hpp"
#include "engine/engine.hpp"

namespace firn::engine {

struct SourceState;

/// The message for a second read of a source, since a reader cannot be set back.
inline constexpr std::string_view kReadOnce = "This data can be read only once.";

/// The Arrow readers that statements may scan, by unguessable name. Thread-safe. Outlives the
/// database that its table function is registered with.
class SourceRegistry {
 public:
  /// Adds the table function firn_scan(name) to the database of `connection`.
  Status Install(duckdb_connection connection);
  std::unique_ptr<Source> Register(duckdb_database database,
                                   std::shared_ptr<arrow::RecordBatchReader> reader);
  /// Null when there is none of that name.
  std::shared_ptr<SourceState> Find(const std::string& name);
  void Remove(const std::string& name);

 private:
  std::mutex mutex_;
  // Shared with the scans that run, which may outlast the handle. Guarded by mutex_.
  std::map<std::string, std::shared_ptr<SourceState>> sources_;
};

}  // namespace firn::engine
