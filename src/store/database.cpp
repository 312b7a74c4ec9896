#include "store/database.hpp"

#include <cassert>
#include <chrono>
#include <utility>

#include "store/connection.hpp"
#include "store/reader_pool.hpp"
#include "store/turns.hpp"

namespace firn::store {
namespace {

constexpr std::chrono::seconds kWriterWaitLimit{30};
constexpr int kReaders = 8;

class TurnTransaction final : public Transaction {
 public:
  /// `connection` has begun and belongs to whoever has the turn.
  TurnTransaction(Turns::Turn turn, Connection& connection)
      : turn_(std::move(turn)), connection_(connection) {}
  TurnTransaction(const TurnTransaction&) = delete;
  TurnTransaction& operator=(const TurnTransaction&) = delete;
  ~TurnTransaction() override {
    if (open_) connection_.Rollback();
  }

  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    FIRN_TRY(auto answer, Run(sql, parameters));
    return std::move(answer.rows);
  }

  Result<std::int64_t> Execute(std::string_view sql,
                               const std::vector<Value>& parameters) override {
    FIRN_TRY(const auto answer, Run(sql, parameters));
    return answer.changed;
  }

  Status Script(std::string_view sql) {
    auto status = connection_.RunScript(sql);
    failed_ = failed_ || !status;
    return status;
  }

  Status Commit() override {
    FIRN_CHECK(CheckOpen());
    auto status = connection_.Commit();
    failed_ = !status;
    if (status) open_ = false;
    return status;
  }

 private:
  Status CheckOpen() const {
    if (open_ && !failed_) return {};
    return Error{Code::kConflict,
                 open_ ? "This metadata transaction met an error and can only be rolled back."
                       : "This metadata transaction has ended."};
  }

  Result<Answer> Run(std::string_view sql, const std::vector<Value>& parameters) {
    FIRN_CHECK(CheckOpen());
    auto status = CheckParameters(parameters);
    auto answer = status ? connection_.Run(sql, parameters) : Result<Answer>(status.error());
    failed_ = !answer;
    return answer;
  }

  Turns::Turn turn_;
  Connection& connection_;
  bool open_ = true;
  bool failed_ = false;
};

class PooledDatabase final : public Database {
 public:
  explicit PooledDatabase(std::unique_ptr<Driver> driver)
      : driver_(std::move(driver)), turns_(kWriterWaitLimit), readers_(*driver_, kReaders) {}

  /// Makes the writer, so that a wrong location shows at once.
  Status Start() {
    FIRN_TRY(const auto turn, turns_.Wait());
    return ReadyWriter();
  }

  Result<std::vector<Row>> Query(std::string_view sql,
                                 const std::vector<Value>& parameters) override {
    FIRN_CHECK(CheckParameters(parameters));
    for (int attempt = 0;; ++attempt) {
      FIRN_TRY(const auto reader, readers_.Take());
      FIRN_TRY(const auto only_reads, reader->OnlyReads(sql));
      if (!only_reads) break;
      auto answer = reader->Run(sql, parameters);
      if (answer) return std::move(answer->rows);
      // A kept connection may have been lost meanwhile; a read may be asked again.
      if (reader->usable() || reader.is_new() || attempt > kReaders) {
        return std::move(answer).error();
      }
    }
    FIRN_TRY(auto answer, WriteAlone(sql, parameters));
    return std::move(answer.rows);
  }

  Result<std::int64_t> Execute(std::string_view sql,
                               const std::vector<Value>& parameters) override {
    FIRN_CHECK(CheckParameters(parameters));
    FIRN_TRY(const auto answer, WriteAlone(sql, parameters));
    return answer.changed;
  }

  Result<std::unique_ptr<Transaction>> Begin() override {
    FIRN_TRY(auto transaction, BeginScript());
    return std::unique_ptr<Transaction>(std::move(transaction));
  }

  Status Migrate(std::string_view module, std::span<const Migration> steps) override {
    FIRN_CHECK(
        Execute("CREATE TABLE IF NOT EXISTS firn_schema "
                "(module TEXT PRIMARY KEY, version BIGINT NOT NULL)",
                {}));
    for (const auto& step : steps) FIRN_CHECK(ApplyStep(module, step));
    const std::int64_t newest = steps.empty() ? 0 : steps.back().version;
    FIRN_TRY(const auto version, VersionOf(*this, module));
    if (version <= newest) return {};
    return Error{Code::kInvalid,
                 "The metadata of '" + std::string(module) +
                     "' was written by a newer Firn (its version is " + std::to_string(version) +
                     ", this program knows " + std::to_string(newest) +
                     "). Start the newer program, or restore a backup made by this one."};
  }

  Status Backup(const std::filesystem::path& file) override { return driver_->Backup(file); }

 private:
  static Result<std::int64_t> VersionOf(Executor& executor, std::string_view module) {
    FIRN_TRY(const auto rows, executor.Query("SELECT version FROM firn_schema WHERE module = ?",
                                             {std::string(module)}));
    return rows.empty() ? 0 : AsInt(rows[0][0]);
  }

  Status ApplyStep(std::string_view module, const Migration& step) {
    FIRN_TRY(const auto transaction, BeginScript());
    FIRN_TRY(const auto version, VersionOf(*transaction, module));
    if (version >= step.version) return {};
    FIRN_CHECK(transaction->Script(step.sql));
    FIRN_CHECK(
        transaction->Execute("INSERT INTO firn_schema (module, version) VALUES (?, ?) "
                             "ON CONFLICT (module) DO UPDATE SET version = excluded.version",
                             {std::string(module), std::int64_t{step.version}}));
    return transaction->Commit();
  }

  /// For whoever has the turn.
  Status ReadyWriter() {
    if (writer_ && writer_->usable()) return {};
    writer_.reset();
    FIRN_TRY(writer_, driver_->Connect(Driver::Role::kWriter));
    return {};
  }

  Result<std::unique_ptr<TurnTransaction>> BeginScript() {
    FIRN_TRY(auto turn, turns_.Wait());
    FIRN_CHECK(ReadyWriter());
    auto begun = writer_->Begin();
    if (!begun && !writer_->usable()) {
      // Nothing was sent that could have changed anything, so once more is safe.
      FIRN_CHECK(ReadyWriter());
      begun = writer_->Begin();
    }
    FIRN_CHECK(std::move(begun));
    return std::make_unique<TurnTransaction>(std::move(turn), *writer_);
  }

  Result<Answer> WriteAlone(std::string_view sql, const std::vector<Value>& parameters) {
    FIRN_TRY(const auto turn, turns_.Wait());
    FIRN_CHECK(ReadyWriter());
    return writer_->RunAlone(sql, parameters);
  }

  const std::unique_ptr<Driver> driver_;
  Turns turns_;
  ReaderPool readers_;
  std::unique_ptr<Connection> writer_;  // belongs to whoever has the turn
};

}  // namespace

std::string AsText(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return {};
  const auto* text = std::get_if<std::string>(&value);
  assert(text);
  return text ? *text : std::string();
}

std::int64_t AsInt(const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return 0;
  const auto* number = std::get_if<std::int64_t>(&value);
  assert(number);
  return number ? *number : 0;
}

Status CheckParameters(const std::vector<Value>& parameters) {
  for (const auto& value : parameters) {
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->find('\0') != std::string::npos) {
      return Error{Code::kInvalid, "A text with a NUL byte in it cannot be stored. Remove it."};
    }
  }
  return {};
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& location) {
  const bool is_postgres =
      location.starts_with("postgresql://") || location.starts_with("postgres://");
  auto database = std::make_unique<PooledDatabase>(is_postgres ? MakePostgresDriver(location)
                                                               : MakeSqliteDriver(location));
  FIRN_CHECK(database->Start());
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace firn::store
