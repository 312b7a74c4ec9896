#include "engine/ingest.hpp"

#include <arrow/record_batch.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

#include "engine/csv_columns.hpp"
#include "engine/instance.hpp"
#include "engine/stream.hpp"

namespace firn::engine {
namespace {

namespace fs = std::filesystem;

const std::atomic<bool> kNeverCancelled{false};
constexpr std::string_view kKeepBadRows =
    ", store_rejects = true, rejects_table = 'firn_bad', rejects_scan = 'firn_scans'";
// One text a row, so that sorting keeps together what belongs together.
constexpr char kSeparator = '\x1f';
constexpr const char* kReadBadRows =
    "SELECT concat_ws(chr(31), coalesce(b.line, 0), coalesce(b.line_byte_position, 0), "
    "replace(coalesce(s.file_path, ''), chr(31), ''), "
    "replace(coalesce(b.column_name, ''), chr(31), ''), coalesce(b.error_message, '')) "
    "FROM firn_bad b JOIN firn_scans s USING (scan_id, file_id) "
    "ORDER BY s.file_path, b.line, b.column_idx";

/// The next part of a text of kReadBadRows, which loses it.
std::string TakePart(std::string& text) {
  const auto end = std::min(text.find(kSeparator), text.size());
  auto part = text.substr(0, end);
  text.erase(0, end + 1);
  return part;
}

std::string FileList(const std::vector<fs::path>& files) {
  std::string list = "[";
  for (const auto& file : files) list += (list.size() > 1 ? ", " : "") + QuoteText(file.string());
  return list + "]";
}

std::string JsonSql(const std::vector<fs::path>& files, const FileFormat& format) {
  auto compression = format.compression;  // read_json has words of its own
  if (compression == "auto") compression = "auto_detect";
  if (compression == "none") compression = "uncompressed";
  const auto options = FileList(files) + ", compression = " + QuoteText(compression) +
                       ", ignore_errors = " + (format.skip_bad_rows ? "true" : "false") +
                       ", maximum_object_size = 33554432";
  if (format.infer_types) return "SELECT * FROM read_json_auto(" + options + ")";
  return "SELECT json FROM read_json_objects(" + options + ")";
}

class DuckScan : public FileScan {
 public:
  DuckScan(duck::RawConnection connection, const ErrorMap& errors)
      : connection_(std::make_shared<duck::RawConnection>(std::move(connection))),
        errors_(errors) {}

  Status Start(const std::vector<fs::path>& files, const FileFormat& format) {
    keeps_bad_rows_ = format.skip_bad_rows && format.kind == FileKind::kCsv;
    FIRN_TRY(auto sql, Sql(files, format));
    if (format.number_rows) {
      sql = "SELECT *, row_number() OVER () AS \"firn:row\" FROM (" + sql + ")";
    }
    Statement statement(connection_->get(), errors_, kNeverCancelled);
    FIRN_CHECK(statement.Prepare(sql));
    FIRN_TRY(auto stream, std::move(statement).Start());
    columns_ = stream->columns();
    if (format.number_rows) columns_.pop_back();
    reader_ = MakeReader(std::move(stream), connection_);
    return {};
  }

  [[nodiscard]] const std::vector<Column>& columns() const override { return columns_; }
  std::shared_ptr<arrow::RecordBatchReader> reader() override { return reader_; }

  Result<std::vector<BadRow>> BadRows() override {
    std::vector<BadRow> rows;
    if (!keeps_bad_rows_) return rows;
    FIRN_TRY(const auto texts, ReadTexts(connection_->get(), kReadBadRows, errors_));
    std::optional<LineCounter> counter;
    std::vector<std::int64_t> records;  // of rows
    for (auto text : texts) {
      const auto record = std::stoll(TakePart(text));
      const auto offset_bytes = std::stoll(TakePart(text));
      BadRow row{TakePart(text), record, TakePart(text), ""};
      row.message = std::move(text);
      if (records.empty() || rows.back().file != row.file) counter.emplace(row.file);
      // DuckDB names each missing column of a row; the row is bad once.
      if (!records.empty() && rows.back().file == row.file && records.back() == record) continue;
      records.push_back(record);
      // DuckDB counts records; an editor counts lines, and a quoted field may hold several.
      const auto line = counter->LineAt(offset_bytes);
      if (line > 0) row.line = line;
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  Result<std::string> Sql(const std::vector<fs::path>& files, const FileFormat& format) {
    if (format.kind == FileKind::kJson) return JsonSql(files, format);
    if (format.kind == FileKind::kParquet) {
      return "SELECT * FROM read_parquet(" + FileList(files) + ")";
    }
    FIRN_TRY(const auto columns,
             ReadCsvColumns(connection_->get(), files.front(), format, errors_));
    const auto source =
        CsvSql(files, format, columns, keeps_bad_rows_ ? kKeepBadRows : std::string_view());
    const bool trims = format.trim_space && !format.infer_types;
    return std::string(trims ? "SELECT trim(COLUMNS(*)) FROM " : "SELECT * FROM ") + source;
  }

  std::shared_ptr<duck::RawConnection> connection_;  // shared with the reader
  const ErrorMap& errors_;
  std::vector<Column> columns_;
  std::shared_ptr<arrow::RecordBatchReader> reader_;
  bool keeps_bad_rows_ = false;
};

class DuckIngest : public Ingest {
 public:
  DuckIngest(std::vector<fs::path> folders, std::vector<std::string> texts,
             std::int64_t memory_limit_bytes, int threads)
      : errors_(std::move(texts)),
        folders_(std::move(folders)),
        memory_limit_bytes_(memory_limit_bytes),
        threads_(threads) {}

  Result<std::unique_ptr<FileScan>> Scan(const std::vector<fs::path>& files,
                                         const FileFormat& format) override {
    if (files.empty()) return Error{Code::kInvalid, "There is no file to read."};
    FIRN_TRY(auto connection, Connect());
    auto scan = std::make_unique<DuckScan>(std::move(connection), errors_);
    FIRN_CHECK(scan->Start(files, format));
    return std::unique_ptr<FileScan>(std::move(scan));
  }

 private:
  /// A database of its own costs a start and memory that a daemon without loads saves.
  Result<duck::RawConnection> Connect() {
    const std::lock_guard lock(mutex_);
    if (!database_) {
      FIRN_TRY(database_, OpenLocked());
    }
    return ConnectRaw(database_.get());
  }

  [[nodiscard]] Result<duck::Database> OpenLocked() const {
    FIRN_TRY(auto database,
             OpenInMemory({{"threads", std::to_string(threads_)},
                           {"memory_limit", std::to_string(memory_limit_bytes_) + "B"},
                           {"temp_directory", ""},
                           {"autoinstall_known_extensions", "false"},
                           {"autoload_known_extensions", "false"},
                           {"allow_community_extensions", "false"},
                           {"allow_persistent_secrets", "false"}}));
    FIRN_TRY(const auto connection, ConnectRaw(database.get()));
    std::vector<fs::path> prefixes;
    for (const auto& folder : folders_) prefixes.push_back(folder / "");
    for (const auto& sql : {"SET allowed_directories = " + FileList(prefixes),
                            std::string("SET enable_external_access = false"),
                            std::string("SET lock_configuration = true")}) {
      FIRN_CHECK(RunRaw(connection.get(), sql, errors_));
    }
    return database;
  }

  const ErrorMap errors_;
  const std::vector<fs::path> folders_;
  const std::int64_t memory_limit_bytes_;
  const int threads_;
  std::mutex mutex_;  // guards database_ until it is open
  duck::Database database_;
};

}  // namespace

Result<std::unique_ptr<Ingest>> Ingest::Open(const std::vector<fs::path>& folders,
                                             std::int64_t memory_limit_bytes, int threads) {
  std::vector<std::string> texts;
  for (const auto& folder : folders) texts.push_back(folder.string());
  return std::unique_ptr<Ingest>(
      std::make_unique<DuckIngest>(folders, std::move(texts), memory_limit_bytes, threads));
}

}  // namespace firn::engine
