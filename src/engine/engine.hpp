#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace arrow {
class RecordBatch;
class RecordBatchReader;
class Schema;
}  // namespace arrow

namespace firn::engine {

struct Settings {
  std::filesystem::path lake_dir;       ///< holds catalog.ducklake and data/
  std::filesystem::path extension_dir;  ///< holds ducklake.duckdb_extension
  std::filesystem::path spill_dir;
  std::int64_t memory_limit_bytes = 0;
  int threads = 0;
};

/// The type of a column as DuckDB reports it.
enum class TypeKind {
  kBoolean,
  kTinyint,
  kSmallint,
  kInteger,
  kBigint,
  kUtinyint,
  kUsmallint,
  kUinteger,
  kUbigint,
  kHugeint,
  kUhugeint,
  kFloat,
  kDouble,
  kDecimal,
  kVarchar,
  kJson,
  kBlob,
  kDate,
  kTime,
  kTimeNs,
  kTimestamp,  ///< microseconds, no zone
  kTimestampS,
  kTimestampMs,
  kTimestampNs,
  kTimestampTz,  ///< microseconds, an instant
  kInterval,
  kUuid,
  kList,
  kArray,
  kMap,
  kStruct,
  kVariant,
  kNull,
  kOther,
};

struct Type {
  TypeKind kind = TypeKind::kOther;
  int precision = 0;                     ///< kDecimal
  int scale = 0;                         ///< kDecimal
  std::string alias;                     ///< the name given to the type ("JSON"), or empty
  std::vector<std::string> field_names;  ///< kStruct
};

struct Column {
  std::string name;
  Type type;
};

/// A parameter bound to `?` or `$n`. A string binds as VARCHAR.
using Parameter = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

/// One result being read. One thread at a time; must end before its Connection does.
class Stream {
 public:
  virtual ~Stream() = default;
  [[nodiscard]] virtual const std::vector<Column>& columns() const = 0;
  [[nodiscard]] virtual const std::shared_ptr<arrow::Schema>& schema() const = 0;
  /// The next batch, or null at the end.
  virtual Result<std::shared_ptr<arrow::RecordBatch>> Next() = 0;
};

/// A DuckDB connection: one statement at a time, on one thread at a time; Interrupt() may be
/// called from any thread. Errors carry Snowflake's number and SQLSTATE where one fits.
class Connection {
 public:
  virtual ~Connection() = default;

  /// Runs one query, without keeping its rows in memory. Errors: kInvalid for a change.
  virtual Result<std::unique_ptr<Stream>> Query(std::string_view sql,
                                                const std::vector<Parameter>& parameters = {}) = 0;
  /// Runs one statement and returns the number of rows it changed (0 for DDL). Outside a
  /// transaction it is durable when this returns; inside one, a failure at run time leaves a
  /// transaction in which only Rollback() works.
  virtual Result<std::int64_t> Execute(std::string_view sql,
                                       const std::vector<Parameter>& parameters = {}) = 0;
  /// The columns that a query would return. Nothing runs.
  virtual Result<std::vector<Column>> Describe(std::string_view sql) = 0;
  /// The tables that the statement names, by DuckDB's own parser, each as quoted parts
  /// ("lake"."FIRN.PUBLIC"."T") spelled as in the statement; the target of a change is among
  /// them, CTEs are not. A view is named itself, not what it reads. This, not the translator's
  /// word, decides what a statement may run on. Errors: kInvalid for what cannot be told.
  virtual Result<std::vector<std::string>> TableNames(std::string_view sql) = 0;

  virtual Status Begin() = 0;
  /// Makes everything durable, data files and their folders included, and then commits.
  virtual Status Commit() = 0;
  virtual Status Rollback() = 0;
  [[nodiscard]] virtual bool in_transaction() const = 0;

  /// The zone of LTZ values and of CURRENT_TIMESTAMP, as "Europe/Berlin".
  virtual Status SetTimeZone(std::string_view zone) = 0;
  /// Makes the running statement end with kCancelled. Thread-safe; no effect when idle.
  virtual void Interrupt() = 0;
};

/// Arrow data that a statement may read as `firn_scan('<name()>')` until this handle ends.
class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
};

/// What Engine::Forget gave back.
struct Freed {
  std::int64_t snapshots = 0;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};

/// The one DuckDB instance with the DuckLake catalog attached as `lake`. Thread-safe.
class Engine {
 public:
  /// Errors: kUnavailable when another process holds the lake; kInvalid when it is newer.
  static Result<std::unique_ptr<Engine>> Open(const Settings& settings);
  virtual ~Engine() = default;

  virtual Result<std::unique_ptr<Connection>> Connect() = 0;
  /// The reader is consumed by the first scan of it.
  virtual std::unique_ptr<Source> Register(std::shared_ptr<arrow::RecordBatchReader> reader) = 0;
  /// Writes the WAL into the catalog file.
  virtual Status Checkpoint() = 0;
  /// A consistent copy of the catalog and of every data file it names, into an empty folder.
  virtual Status Backup(const std::filesystem::path& folder) = 0;
  /// Deletes data files that no snapshot names, left by a crash or by a statement that failed: at
  /// the first call those older than this engine, later those that an earlier call has seen.
  /// Returns how many.
  virtual Result<std::int64_t> SweepOrphans() = 0;
  /// Forgets the snapshots older than `keep` but the newest, and deletes the files that only they
  /// named, as far as no open transaction may read them; the rest goes with a later call.
  virtual Result<Freed> Forget(std::chrono::milliseconds keep) = 0;
  [[nodiscard]] virtual std::int64_t MemoryUsedBytes() = 0;
};

/// `name` as a quoted identifier, `text` as a string literal, for DuckDB.
std::string QuoteName(std::string_view name);
std::string QuoteText(std::string_view text);

}  // namespace firn::engine
