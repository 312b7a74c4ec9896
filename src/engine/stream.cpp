#include "engine/stream.hpp"

#include <arrow/record_batch.h>
#include <arrow/status.h>
#include <arrow/type.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/names.hpp"
#include "engine/instance.hpp"
#include "engine/source_scan.hpp"

namespace firn::engine {
namespace {

constexpr std::array kAllowed = {
    DUCKDB_STATEMENT_TYPE_SELECT,  DUCKDB_STATEMENT_TYPE_INSERT, DUCKDB_STATEMENT_TYPE_UPDATE,
    DUCKDB_STATEMENT_TYPE_DELETE,  DUCKDB_STATEMENT_TYPE_CREATE, DUCKDB_STATEMENT_TYPE_CREATE_FUNC,
    DUCKDB_STATEMENT_TYPE_ALTER,   DUCKDB_STATEMENT_TYPE_DROP,   DUCKDB_STATEMENT_TYPE_MERGE_INTO,
    DUCKDB_STATEMENT_TYPE_EXPLAIN,
};

constexpr int kRollbacks = 3;

Error Cancelled() { return SqlError(Code::kCancelled, 604, "57014", "SQL execution canceled"); }

/// Whether what a second run says is why the first one failed.
bool Explains(const Error& error) {
  return error.code != Code::kCancelled && error.code != Code::kExhausted &&
         error.message != kReadOnce;
}

Error Unexplained() {
  return Error{Code::kInternal, "The query failed while it ran. Run it again."};
}

/// EXPLAIN ANALYZE runs its statement, whatever that is.
bool Analyzes(std::string_view sql) {
  return UpperCase(sql.substr(0, 200)).find("ANALY") != std::string::npos;
}

class ResultStream : public Stream {
 public:
  ResultStream(const ErrorMap& errors, const std::atomic<bool>& cancelled,
               std::shared_ptr<ReadTransaction> read, duck::Prepared prepared,
               duck::QueryResult result)
      : errors_(errors),
        cancelled_(cancelled),
        read_(std::move(read)),
        prepared_(std::move(prepared)),
        result_(std::move(result)) {}

  Status Begin() {
    options_ = duck::ArrowOptions(duckdb_result_get_arrow_options(result_.get()));
    columns_ = ColumnsOf(result_.get());
    FIRN_TRY(schema_, ToArrowSchema(options_.get(), result_.get(), errors_));
    return {};
  }

  [[nodiscard]] const std::vector<Column>& columns() const override { return columns_; }
  [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }

  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    if (ended_) return std::shared_ptr<arrow::RecordBatch>();
    while (true) {
      const duck::Chunk chunk(duckdb_fetch_chunk(*result_.get()));
      if (!chunk) {
        ended_ = true;
        const char* error = duckdb_result_error(result_.get());
        if (error != nullptr && *error != '\0') {
          auto mapped = errors_.Map(error);
          read_.reset();
          return Reason(std::move(mapped));
        }
        read_.reset();
        return std::shared_ptr<arrow::RecordBatch>();
      }
      if (duckdb_data_chunk_get_size(chunk.get()) == 0) continue;
      return ToArrowBatch(options_.get(), chunk.get(), schema_, errors_);
    }
  }

 private:
  /// When one thread of a streaming query fails, DuckDB stops the others and may report that they
  /// were interrupted, and not why. Nobody having asked for it, the query runs again without
  /// streaming, which reports the first error.
  Error Reason(Error error) {
    if (error.code != Code::kCancelled || cancelled_) return error;
    duck::Pending pending;
    duck::QueryResult again;
    if (duckdb_pending_prepared(prepared_.get(), pending.out()) == DuckDBSuccess && !cancelled_ &&
        duckdb_execute_pending(pending.get(), again.get()) != DuckDBSuccess) {
      const char* text = duckdb_result_error(again.get());
      auto reason = errors_.Map(text != nullptr ? text : duckdb_pending_error(pending.get()));
      if (Explains(reason)) return reason;
    }
    if (cancelled_) return error;
    return Unexplained();
  }

  const ErrorMap& errors_;
  const std::atomic<bool>& cancelled_;
  std::shared_ptr<ReadTransaction> read_;  // outlives result_
  duck::Prepared prepared_;
  duck::QueryResult result_;
  duck::ArrowOptions options_;
  std::vector<Column> columns_;
  std::shared_ptr<arrow::Schema> schema_;
  bool ended_ = false;
};

class StreamReader : public arrow::RecordBatchReader {
 public:
  StreamReader(std::unique_ptr<Stream> stream, std::shared_ptr<void> owner)
      : owner_(std::move(owner)), stream_(std::move(stream)) {}
  [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return stream_->schema(); }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    auto next = stream_->Next();
    if (!next) return arrow::Status::Invalid(EncodeError(next.error()));
    *batch = *std::move(next);
    return arrow::Status::OK();
  }

 private:
  std::shared_ptr<void> owner_;  // outlives stream_
  std::unique_ptr<Stream> stream_;
};

}  // namespace

Result<std::shared_ptr<ReadTransaction>> ReadTransaction::Begin(duckdb_connection connection,
                                                                Instance& instance) {
  auto open = instance.transactions.Begin();
  FIRN_CHECK(RunRaw(connection, "BEGIN", instance.errors));
  return std::shared_ptr<ReadTransaction>(new ReadTransaction(connection, std::move(open)));
}

void ReadTransaction::End() {
  const auto connection = std::exchange(connection_, nullptr);
  if (connection == nullptr) return;
  const auto open = std::move(open_);
  if (duckdb_query(connection, "COMMIT", nullptr) == DuckDBSuccess) return;
  // What a failed query leaves; a cancellation that comes now may interrupt one of these.
  for (int attempt = 0; attempt < kRollbacks; ++attempt) {
    if (duckdb_query(connection, "ROLLBACK", nullptr) == DuckDBSuccess) return;
  }
}

Status Statement::Prepare(std::string_view sql) {
  duck::Extracted extracted;
  const auto count =
      duckdb_extract_statements(connection_, std::string(sql).c_str(), extracted.out());
  if (count == 0) {
    const char* error = duckdb_extract_statements_error(extracted.get());
    if (error != nullptr) return errors_.Map(error);
    return SqlError(Code::kInvalid, 900, "42601", "SQL compilation error:\nEmpty SQL statement.");
  }
  if (count != 1) {
    return SqlError(Code::kInvalid, 1003, "42000",
                    "SQL compilation error:\nOne statement is expected, there are " +
                        std::to_string(count) + ".");
  }
  if (duckdb_prepare_extracted_statement(connection_, extracted.get(), 0, prepared_.out()) !=
      DuckDBSuccess) {
    return errors_.Map(duckdb_prepare_error(prepared_.get()));
  }
  if (std::find(kAllowed.begin(), kAllowed.end(), type()) == kAllowed.end() ||
      (type() == DUCKDB_STATEMENT_TYPE_EXPLAIN && Analyzes(sql))) {
    return SqlError(Code::kDenied, 3001, "42501",
                    "SQL access control error:\nThis kind of statement is not available.");
  }
  return {};
}

duckdb_statement_type Statement::type() const {
  return duckdb_prepared_statement_type(prepared_.get());
}

Status Statement::Bind(const std::vector<Parameter>& parameters) {
  const auto expected = duckdb_nparams(prepared_.get());
  if (expected != parameters.size()) {
    return SqlError(Code::kInvalid, 2049, "42601",
                    "SQL compilation error:\nThe statement has " + std::to_string(expected) +
                        " bind variables, and " + std::to_string(parameters.size()) +
                        " values were given.");
  }
  struct Binder {
    duckdb_prepared_statement statement;
    idx_t index;
    duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }
    duckdb_state operator()(bool value) const {
      return duckdb_bind_boolean(statement, index, value);
    }
    duckdb_state operator()(std::int64_t value) const {
      return duckdb_bind_int64(statement, index, value);
    }
    duckdb_state operator()(double value) const {
      return duckdb_bind_double(statement, index, value);
    }
    duckdb_state operator()(const std::string& value) const {
      return duckdb_bind_varchar_length(statement, index, value.data(), value.size());
    }
  };
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (std::visit(Binder{prepared_.get(), i + 1}, parameters[i]) != DuckDBSuccess) {
      const char* error = duckdb_prepare_error(prepared_.get());
      return errors_.Map(error == nullptr ? "Invalid Input Error: a value cannot be bound" : error);
    }
  }
  return {};
}

Status Statement::Execute(bool streaming, duck::QueryResult& result) {
  duck::Pending pending;
  const auto state = streaming ? duckdb_pending_prepared_streaming(prepared_.get(), pending.out())
                               : duckdb_pending_prepared(prepared_.get(), pending.out());
  if (state != DuckDBSuccess) return errors_.Map(duckdb_pending_error(pending.get()));
  // Making the pending result clears DuckDB's own flag, so a request that came before is seen
  // here, and one that comes after is seen by DuckDB.
  if (cancelled_) return Cancelled();
  if (duckdb_execute_pending(pending.get(), result.get()) != DuckDBSuccess) {
    const char* error = duckdb_result_error(result.get());
    auto mapped = errors_.Map(error != nullptr ? error : duckdb_pending_error(pending.get()));
    if (mapped.code == Code::kCancelled && !cancelled_ && streaming) {
      pending.Reset();
      read_.reset();
      duck::QueryResult again;  // see ResultStream::Reason
      const auto rerun = Execute(false, again);
      if (!rerun && Explains(rerun.error())) return rerun;
      return cancelled_ ? Cancelled() : Unexplained();
    }
    return mapped;
  }
  return {};
}

Result<std::int64_t> Statement::Run() {
  duck::QueryResult result;
  FIRN_CHECK(Execute(false, result));
  return static_cast<std::int64_t>(duckdb_rows_changed(result.get()));
}

Result<std::unique_ptr<Stream>> Statement::Start() && {
  duck::QueryResult result;
  FIRN_CHECK(Execute(true, result));
  auto stream = std::make_unique<ResultStream>(errors_, cancelled_, std::move(read_),
                                               std::move(prepared_), std::move(result));
  FIRN_CHECK(stream->Begin());
  return std::unique_ptr<Stream>(std::move(stream));
}

std::shared_ptr<arrow::RecordBatchReader> MakeReader(std::unique_ptr<Stream> stream,
                                                     std::shared_ptr<void> owner) {
  return std::make_shared<StreamReader>(std::move(stream), std::move(owner));
}

}  // namespace firn::engine
