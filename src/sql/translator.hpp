#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/cursor.hpp"
#include "sql/outputs.hpp"

namespace firn::sql {

/// A table that the translated text names by a slot, an identifier "firn:t<index>".
struct TableSlot {
  NameParts name;
  bool is_target = false;  ///< of UPDATE, DELETE or MERGE
};

/// A value that UPDATE or MERGE puts into a column of the target: slot "firn:v<index>", written as
/// the function that makes of it what the column stores.
struct AssignedSlot {
  std::string column;        ///< empty: the column at `position`
  std::size_t position = 0;  ///< from 0
};

/// What the worker made of a statement. Not trusted: see Binder.
struct Translation {
  enum class Kind { kQuery, kUpdate, kDelete, kMerge };
  Kind kind = Kind::kQuery;
  std::string sql;  ///< DuckDB's dialect with slots
  std::vector<TableSlot> tables;
  std::vector<std::string> result_scans;  ///< slot "firn:r<index>": a query id, or LAST:-1
  std::vector<AssignedSlot> assigned;
  std::vector<std::string> contexts;       ///< names N whose slots are "firn:c:<N>"
  std::vector<std::string> columns;        ///< every column name mentioned, as it was meant
  std::vector<std::string> defined_names;  ///< aliases and CTE columns that the statement defines
  int bindings = 0;                        ///< number of `?`
  std::vector<OutputScope> outputs;  ///< of a query, inner scopes first; the last is the result
};

struct TranslatorSettings {
  std::vector<std::string> argv;                   ///< the worker's program and arguments
  std::map<std::string, std::string> environment;  ///< added to ours, as PYTHONPATH
  int workers = 1;
  int timeout_ms = 30'000;        ///< for one statement
  int start_timeout_ms = 30'000;  ///< for a worker to say that it is ready
  std::size_t cache_entries = 4096;
  std::size_t cache_bytes = 32U << 20U;
};

struct TranslatorStats {
  std::int64_t hits = 0, misses = 0, restarts = 0;
};

/// Asks a supervised worker process for the translation of one statement; answers are cached by
/// text. A worker that dies is started again and the statement is tried once more; one that
/// takes too long is killed. Thread-safe; no call may be under way when this ends.
class Translator {
 public:
  /// Does not wait for the workers: the first Translate does.
  static Result<std::unique_ptr<Translator>> Start(const TranslatorSettings& settings);
  virtual ~Translator() = default;
  /// Errors: what the worker says (syntax error 1003, unsupported feature 2, unknown function
  /// 2140), kUnavailable when it died twice, kTimeout.
  virtual Result<std::shared_ptr<const Translation>> Translate(std::string_view statement) = 0;
  [[nodiscard]] virtual TranslatorStats stats() const = 0;
  /// The workers' process ids, for the operator and for tests.
  [[nodiscard]] virtual std::vector<int> pids() const = 0;
};

}  // namespace firn::sql
