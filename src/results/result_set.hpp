#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "types/data_type.hpp"

namespace arrow {
class RecordBatchReader;
}

namespace firn::results {

struct ResultColumn {
  std::string name;
  types::DataType type;
  bool nullable = true;
  std::string database, schema, table;  ///< where it comes from; empty when computed
};

/// One piece of a spooled result: an Arrow IPC stream in a file.
struct Chunk {
  std::filesystem::path file;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
};

/// A finished result: what the query's answer is made from. Immutable.
struct ResultSet {
  std::vector<ResultColumn> columns;
  std::int64_t total_rows = 0;
  /// An IPC stream with the first rows (raw bytes, not base64). Without rows it is the schema
  /// alone, for Read(); send clients an empty text then, since the connector 4.x fails on it.
  std::string inline_arrow;
  std::int64_t inline_rows = 0;
  std::vector<Chunk> chunks;  ///< the rest, in order
};

/// Small results made by statements of ours (SHOW, DDL, DML counts).
using TextRow = std::vector<std::optional<std::string>>;

struct Settings {
  std::filesystem::path folder;           ///< <home>/results
  std::int64_t quota_bytes = 20LL << 30;  ///< the oldest results go first when it is full
  std::int64_t keep_ms = 24LL * 3600 * 1000;
  std::int64_t inline_bytes = 64 * 1024;         ///< about this much travels in the answer
  std::int64_t chunk_bytes = 8LL * 1024 * 1024;  ///< about this much in each chunk
};

/// Writes results under <home>/results/<query id>/ and finds them again, for their owner only,
/// across restarts, until they are 24 hours old. Thread-safe.
class ResultStore {
 public:
  static Result<std::unique_ptr<ResultStore>> Open(const Settings& settings);
  virtual ~ResultStore() = default;

  /// Drains the stream, converts to Snowflake's Arrow, spools it. Memory stays bounded by a
  /// chunk or two. `columns` gives names, declared types and origins where known (else from the
  /// stream). Errors: the stream's, and kExhausted when the disk or the quota is full.
  virtual Result<std::shared_ptr<const ResultSet>> Write(
      const std::string& query_id, const std::string& owner, engine::Stream& stream,
      const std::vector<ResultColumn>& columns) = 0;
  /// The same for text rows (every value a string, typed by `columns`).
  virtual Result<std::shared_ptr<const ResultSet>> WriteText(
      const std::string& query_id, const std::string& owner,
      const std::vector<ResultColumn>& columns, const std::vector<TextRow>& rows) = 0;
  /// Errors: kNotFound when unknown, expired, or somebody else's (one message for all).
  virtual Result<std::shared_ptr<const ResultSet>> Find(const std::string& query_id,
                                                        const std::string& owner) = 0;
  /// The result as Arrow in DuckDB's types (timestamps are timestamps again), for RESULT_SCAN.
  virtual Result<std::shared_ptr<arrow::RecordBatchReader>> Read(const ResultSet& result) = 0;
  /// Rows in Snowflake's JSON row format (every value a text: numbers as digits, dates as days
  /// since 1970, timestamps as seconds.fraction, …), without brackets around all:
  /// `["1","x"],[null,"y"]`. `part` is 0 for the rows that travel in the answer, i for the i-th
  /// chunk from 1 on; absent: all.
  virtual Result<std::string> ReadJson(const ResultSet& result,
                                       std::optional<std::size_t> part) = 0;
  /// Removes what has expired and what is over the quota. Returns bytes freed.
  virtual Result<std::int64_t> Sweep(std::int64_t now_ms) = 0;
  [[nodiscard]] virtual std::int64_t UsedBytes() const = 0;
};

}  // namespace firn::results
