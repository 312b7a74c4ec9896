#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "engine/arrow_bridge.hpp"
#include "engine/duckdb_handles.hpp"
#include "engine/engine.hpp"
#include "engine/error_map.hpp"
#include "engine/instance.hpp"
#include "engine/open_transactions.hpp"

namespace firn::engine {

/// One snapshot of the lake for all steps of a query. Ends itself; used on the thread that uses
/// the connection.
class ReadTransaction {
 public:
  static Result<std::shared_ptr<ReadTransaction>> Begin(duckdb_connection connection,
                                                        Instance& instance);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() { End(); }
  void End();

 private:
  ReadTransaction(duckdb_connection connection, OpenTransactions::Ticket open)
      : connection_(connection), open_(std::move(open)) {}
  duckdb_connection connection_;  // null once it has ended
  OpenTransactions::Ticket open_;
};

/// One statement of a connection, from text to result. Used once, on the connection's thread.
class Statement {
 public:
  /// `cancelled` is the connection's flag; all arguments outlive this and its stream.
  Statement(duckdb_connection connection, const ErrorMap& errors,
            const std::atomic<bool>& cancelled)
      : connection_(connection), errors_(errors), cancelled_(cancelled) {}

  /// Errors: kInvalid for several statements in one text, kDenied for kinds of statement that
  /// only the engine itself may run (COPY, ATTACH, SET, PRAGMA, LOAD …).
  Status Prepare(std::string_view sql);
  Status Bind(const std::vector<Parameter>& parameters);
  [[nodiscard]] duckdb_statement_type type() const;
  [[nodiscard]] duckdb_prepared_statement prepared() const { return prepared_.get(); }

  /// The transaction to be ended with the statement or its stream.
  void RunIn(std::shared_ptr<ReadTransaction> read) { read_ = std::move(read); }

  /// Runs to the end; returns the number of changed rows.
  Result<std::int64_t> Run();
  /// Starts; the stream owns what it needs of this statement.
  Result<std::unique_ptr<Stream>> Start() &&;

 private:
  Status Execute(bool streaming, duck::QueryResult& result);

  duckdb_connection connection_;
  const ErrorMap& errors_;
  const std::atomic<bool>& cancelled_;
  std::shared_ptr<ReadTransaction> read_;  // outlives prepared_
  duck::Prepared prepared_;
};

/// The stream as Arrow's reader, which also keeps `owner` alive. Errors pass as text that
/// ErrorMap understands.
std::shared_ptr<arrow::RecordBatchReader> MakeReader(std::unique_ptr<Stream> stream,
                                                     std::shared_ptr<void> owner);

}  // namespace firn::engine
