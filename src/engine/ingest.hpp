#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace firn::engine {

enum class FileKind { kCsv, kJson, kParquet };

/// How to read files. Fields that a kind has no use for are ignored.
struct FileFormat {
  FileKind kind = FileKind::kCsv;
  std::string field_delimiter = ",";
  std::string quote;  ///< FIELD_OPTIONALLY_ENCLOSED_BY; empty: none
  std::string escape;
  std::string compression = "auto";  ///< auto, gzip, zstd, none
  int skip_header = 0;
  bool infer_types = false;   ///< CSV: false reads every column as text
  bool parse_header = false;  ///< CSV: take the names from the first line
  std::vector<std::string> null_if;
  bool empty_field_as_null = true;
  bool trim_space = false;
  bool skip_bad_rows = false;  ///< rows that cannot be read are left out, see BadRows
  bool number_rows = false;    ///< a last column "firn:row" counts the rows read, from 1
  bool pad_rows = false;       ///< CSV: a row may have fewer fields than the first
  /// CSV without infer_types: columns to read as these DuckDB types, so that a value that does not
  /// fit makes a bad row; all others are text.
  std::map<std::string, std::string> read_as;
};

struct BadRow {
  std::string file;
  std::int64_t line = 0;
  std::string column;
  std::string message;
};

/// Files being read as Arrow. The rows it left out are complete once the reader has ended.
class FileScan {
 public:
  virtual ~FileScan() = default;
  [[nodiscard]] virtual const std::vector<Column>& columns() const = 0;
  virtual std::shared_ptr<arrow::RecordBatchReader> reader() = 0;
  virtual Result<std::vector<BadRow>> BadRows() = 0;
};

/// A second DuckDB instance that reads files and never sees user SQL. Thread-safe.
class Ingest {
 public:
  /// Only files below `folders` can be opened.
  static Result<std::unique_ptr<Ingest>> Open(const std::vector<std::filesystem::path>& folders,
                                              std::int64_t memory_limit_bytes, int threads);
  virtual ~Ingest() = default;
  virtual Result<std::unique_ptr<FileScan>> Scan(const std::vector<std::filesystem::path>& files,
                                                 const FileFormat& format) = 0;
};

}  // namespace firn::engine
