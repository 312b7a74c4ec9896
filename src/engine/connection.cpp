#include <atomic>
#include <mutex>
#include <shared_mutex>

#include "engine/definitions_pin.hpp"
#include "engine/instance.hpp"
#include "engine/stream.hpp"
#include "engine/table_names.hpp"

namespace firn::engine {
namespace {

constexpr std::string_view kLakeName = "\"lake\".";

bool Reads(duckdb_statement_type type) {
  return type == DUCKDB_STATEMENT_TYPE_SELECT || type == DUCKDB_STATEMENT_TYPE_EXPLAIN;
}

bool Defines(duckdb_statement_type type) {
  return type == DUCKDB_STATEMENT_TYPE_CREATE || type == DUCKDB_STATEMENT_TYPE_ALTER ||
         type == DUCKDB_STATEMENT_TYPE_DROP;
}

class DuckConnection : public Connection {
 public:
  DuckConnection(Instance& instance, duck::RawConnection raw)
      : instance_(instance), pin_(instance), raw_(std::move(raw)) {}

  Result<std::unique_ptr<Stream>> Query(std::string_view sql,
                                        const std::vector<Parameter>& parameters) override {
    cancelled_ = false;
    EndRead();
    Statement statement(raw_.get(), instance_.errors, cancelled_);
    {
      const std::shared_lock looking(instance_.definitions);
      // Preparing and running would each open the lake at a snapshot of their own.
      if (!in_transaction_ && sql.find(kLakeName) != std::string_view::npos) {
        FIRN_TRY(auto read, ReadTransaction::Begin(raw_.get(), instance_));
        read_ = read;
        statement.RunIn(std::move(read));
      }
      FIRN_CHECK(statement.Prepare(sql));
    }
    if (!Reads(statement.type())) {
      return Error{Code::kInvalid, "This statement changes something and returns no rows."};
    }
    FIRN_CHECK(statement.Bind(parameters));
    return std::move(statement).Start();
  }

  Result<std::int64_t> Execute(std::string_view sql,
                               const std::vector<Parameter>& parameters) override {
    cancelled_ = false;
    EndRead();
    if (in_transaction_) return Run(sql, parameters);
    const auto open = instance_.transactions.Begin();
    FIRN_CHECK(Raw("BEGIN"));
    auto changed = Run(sql, parameters);
    if (changed && cancelled_) {
      changed = SqlError(Code::kCancelled, 604, "57014", "SQL execution canceled");
    }
    if (!changed) {
      (void)Undo();
      return changed;
    }
    FIRN_CHECK(MakeDurable());
    return changed;
  }

  Result<std::vector<Column>> Describe(std::string_view sql) override {
    cancelled_ = false;
    EndRead();
    Statement statement(raw_.get(), instance_.errors, cancelled_);
    const auto open = instance_.transactions.Begin();
    const std::shared_lock looking(instance_.definitions);
    FIRN_CHECK(statement.Prepare(sql));
    return ColumnsOf(statement.prepared());
  }

  Result<std::vector<std::string>> TableNames(std::string_view sql) override {
    cancelled_ = false;
    if (auto known = instance_.table_names.Find(sql)) return *std::move(known);
    EndRead();
    FIRN_TRY(auto names, ReadTableNames(raw_.get(), sql));
    instance_.table_names.Add(sql, names);
    return names;
  }

  Status Begin() override {
    if (in_transaction_) return Error{Code::kConflict, "A transaction is open already."};
    EndRead();
    auto open = instance_.transactions.Begin();
    FIRN_CHECK(Raw("BEGIN"));
    open_ = std::move(open);
    in_transaction_ = true;
    return {};
  }

  Status Commit() override {
    if (!in_transaction_) return {};
    in_transaction_ = false;
    const auto open = std::move(open_);
    return MakeDurable();
  }

  Status Rollback() override {
    if (!in_transaction_) return {};
    in_transaction_ = false;
    const auto open = std::move(open_);
    return Undo();
  }

  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }

  Status SetTimeZone(std::string_view zone) override {
    if (zone == zone_) return {};
    EndRead();
    zone_.clear();
    FIRN_CHECK(Raw("SET TimeZone = " + QuoteText(zone)));
    zone_ = zone;
    return {};
  }

  void Interrupt() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (interruptible_) duckdb_interrupt(raw_.get());  // sets a flag
  }

 private:
  /// Ends the transaction of a stream that was not read to its end.
  void EndRead() {
    if (const auto read = read_.lock()) read->End();
    read_.reset();
  }

  Result<std::int64_t> Run(std::string_view sql, const std::vector<Parameter>& parameters) {
    Statement statement(raw_.get(), instance_.errors, cancelled_);
    std::shared_lock looking(instance_.definitions);
    FIRN_CHECK(statement.Prepare(sql));
    FIRN_CHECK(statement.Bind(parameters));
    if (!Defines(statement.type())) {
      looking.unlock();
      return statement.Run();
    }
    auto changed = statement.Run();
    if (!pin_.holds()) FIRN_CHECK(pin_.Hold());
    return changed;
  }

  /// BEGIN, COMMIT and the like, which no interrupt may leave half done.
  Status Raw(const std::string& sql) {
    SetInterruptible(false);
    auto done = RunRaw(raw_.get(), sql, instance_.errors);
    SetInterruptible(true);
    return done;
  }

  void SetInterruptible(bool value) {
    const std::lock_guard lock(mutex_);
    interruptible_ = value;
  }

  /// Ends DuckDB's transaction, one way or the other.
  Status MakeDurable() {
    if (auto synced = instance_.sync->SyncNew(); !synced) {
      (void)Undo();
      return synced;
    }
    std::unique_lock changing(instance_.definitions, std::defer_lock);
    if (pin_.holds()) changing.lock();
    auto committed = CommitInTurn();
    if (!committed) (void)Raw("ROLLBACK");  // no effect where the failure did it already
    if (changing) {
      pin_.Release();
      (void)pin_.Load();  // not loaded, it is loaded by who needs it next
    }
    return committed;
  }

  Status CommitInTurn() {
    const std::lock_guard lock(instance_.catalog_mutex);
    return Raw("COMMIT");
  }

  Status Undo() {
    auto undone = Raw("ROLLBACK");
    pin_.Release();
    return undone;
  }

  Instance& instance_;
  std::atomic<bool> cancelled_{false};  // Interrupt() was called since the statement began
  std::mutex mutex_;
  bool interruptible_ = true;  // guarded by mutex_
  bool in_transaction_ = false;
  OpenTransactions::Ticket open_;        // while in_transaction_
  std::string zone_;                     // what SetTimeZone set; empty when unknown
  std::weak_ptr<ReadTransaction> read_;  // owned by the stream that Query made last
  DefinitionsPin pin_;                   // while the transaction has defined something
  duck::RawConnection raw_;
};

}  // namespace

Result<std::unique_ptr<Connection>> MakeConnection(Instance& instance) {
  FIRN_TRY(auto raw, ConnectRaw(instance.database.get()));
  return std::unique_ptr<Connection>(std::make_unique<DuckConnection>(instance, std::move(raw)));
}

}  // namespace firn::engine
