#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/change_first_mutex.hpp"
#include "engine/duckdb_handles.hpp"
#include "engine/engine.hpp"
#include "engine/error_map.hpp"
#include "engine/file_sync.hpp"
#include "engine/open_transactions.hpp"
#include "engine/source_scan.hpp"
#include "engine/table_names_cache.hpp"

namespace firn::engine {

/// What the engine and its connections share. Thread-safe; outlives every connection.
struct Instance {
  explicit Instance(const Settings& settings);

  const Settings settings;
  const ErrorMap errors;
  // Held while a commit or a checkpoint writes the catalog file. DuckLake's commits are
  // optimistic: one at a time they rarely meet, and a backup can copy a file that rests.
  std::mutex catalog_mutex;
  // Shared while a statement is prepared, alone while definitions change (definitions_pin.hpp says
  // why); taken before catalog_mutex.
  ChangeFirstMutex definitions;
  OpenTransactions transactions;
  std::unique_ptr<FileSync> sync;  // set once by Engine::Open
  SourceRegistry sources;
  TableNamesCache table_names;
  duck::Database database;  // last: closed before what its functions use
};

/// Runs a statement of the engine's own, unchecked, without a result.
Status RunRaw(duckdb_connection connection, const std::string& sql, const ErrorMap& errors);
/// The first column of each row, as text.
Result<std::vector<std::string>> ReadTexts(duckdb_connection connection, const std::string& sql,
                                           const ErrorMap& errors);
Result<duck::RawConnection> ConnectRaw(duckdb_database database);

/// Options for duckdb_open_ext; the values are plain text.
Result<duck::Database> OpenInMemory(
    const std::vector<std::pair<std::string, std::string>>& options);

Result<std::unique_ptr<Connection>> MakeConnection(Instance& instance);

/// The statements of macros.sql, which is part of the program.
std::vector<std::string> MacroStatements();

}  // namespace firn::engine
