#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/files.hpp"
#include "store/connection.hpp"

namespace firn::store {
namespace {

constexpr int kBusyTimeoutMs = 30'000;
constexpr std::size_t kCachedStatements = 256;

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

Code CodeOf(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return Code::kExists;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return Code::kConflict;
    default: break;
  }
  switch (extended & 0xFF) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH: return Code::kInvalid;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Code::kConflict;
    case SQLITE_FULL:
    case SQLITE_NOMEM: return Code::kExhausted;
    case SQLITE_INTERRUPT: return Code::kCancelled;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_IOERR: return Code::kUnavailable;
    default: return Code::kInternal;
  }
}

Error ErrorOf(sqlite3* handle) {
  const int extended = sqlite3_extended_errcode(handle);
  std::string message = "The metadata database answered: ";
  message += sqlite3_errmsg(handle);
  message += '.';
  if ((extended & 0xFF) == SQLITE_FULL) message += " Free some space on its disk.";
  return Error{CodeOf(extended), std::move(message)};
}

/// Resets a statement when its rows have been read, whatever happened.
class Running {
 public:
  explicit Running(sqlite3_stmt* statement) : statement_(statement) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

int Bind(sqlite3_stmt* statement, int at, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, at, *number);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return sqlite3_bind_double(statement, at, *number);
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, at);
}

Value ColumnOf(sqlite3_stmt* statement, int at) {
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, at)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, at);
    case SQLITE_NULL: return std::monostate{};
    default: break;
  }
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, at));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
  return bytes ? std::string(bytes, size) : std::string();
}

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(Handle handle) : handle_(std::move(handle)) {}

  Result<Answer> Run(std::string_view sql, const std::vector<Value>& parameters) override {
    FIRN_TRY(auto* const statement, Prepare(sql));
    const Running running(statement);
    if (std::size_t(sqlite3_bind_parameter_count(statement)) != parameters.size()) {
      return Error{Code::kInternal, "A metadata statement got a wrong number of parameters."};
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (Bind(statement, static_cast<int>(i + 1), parameters[i]) != SQLITE_OK) return Failure();
    }
    Answer answer;
    const auto changes_before = sqlite3_total_changes64(handle_.get());
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
      // Not asked before the step, which prepares anew when the schema has changed.
      const int columns = sqlite3_data_count(statement);
      auto& row = answer.rows.emplace_back();
      row.reserve(static_cast<std::size_t>(columns));
      for (int i = 0; i < columns; ++i) row.push_back(ColumnOf(statement, i));
    }
    if (step != SQLITE_DONE) return Failure();
    // sqlite3_changes keeps an older statement's number after one that changed nothing.
    if (sqlite3_total_changes64(handle_.get()) != changes_before) {
      answer.changed = sqlite3_changes64(handle_.get());
    }
    return answer;
  }

  Result<Answer> RunAlone(std::string_view sql, const std::vector<Value>& parameters) override {
    return Run(sql, parameters);
  }

  Status RunScript(std::string_view sql) override {
    const std::string text(sql);
    if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return Failure();
    }
    return {};
  }

  Result<bool> OnlyReads(std::string_view sql) override {
    FIRN_TRY(auto* const statement, Prepare(sql));
    return sqlite3_stmt_readonly(statement) != 0;
  }

  // IMMEDIATE: a transaction that reads first could otherwise find its snapshot too old to write.
  Status Begin() override { return RunScript("BEGIN IMMEDIATE"); }
  Status Commit() override { return RunScript("COMMIT"); }
  void Rollback() override {
    // Some errors have rolled back already.
    if (sqlite3_get_autocommit(handle_.get()) == 0) {
      sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }
  bool usable() override { return true; }

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  [[nodiscard]] Error Failure() const { return ErrorOf(handle_.get()); }

  Result<sqlite3_stmt*> Prepare(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
      return found->second.get();
    }
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const auto size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), size, SQLITE_PREPARE_PERSISTENT, &raw,
                           &rest) != SQLITE_OK) {
      return Failure();
    }
    Statement statement(raw);
    const auto after = sql.substr(static_cast<std::size_t>(rest - sql.data()));
    if (!statement || after.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
      return Error{Code::kInternal, "A metadata statement must be exactly one statement."};
    }
    if (statements_.size() >= kCachedStatements) statements_.clear();
    return statements_.emplace(sql, std::move(statement)).first->second.get();
  }

  Handle handle_;
  std::map<std::string, Statement, std::less<>> statements_;  // below handle_: ended first
};

Result<Handle> OpenHandle(const std::string& file, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(raw);
  if (!handle) return Error{Code::kExhausted, "There is no memory for the metadata database."};
  sqlite3_extended_result_codes(raw, 1);
  if (code != SQLITE_OK) {
    auto error = ErrorOf(raw);
    error.message = "The metadata database " + file + " cannot be opened: " + sqlite3_errmsg(raw) +
                    ". Check that the folder exists and may be written.";
    return error;
  }
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  return handle;
}

/// A new file that only its owner may read: it holds the hashes of secrets. SQLite's further files
/// take over its mode. One that is there stays as it is, and is not even opened: closing it would
/// drop the locks of this process's other connections.
void MakePrivateFile(const std::string& file) {
  const UniqueFd made(open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
}

class SqliteDriver final : public Driver {
 public:
  explicit SqliteDriver(std::string file) : file_(std::move(file)) {}

  Result<std::unique_ptr<Connection>> Connect(Role role) override {
    if (file_.empty() || file_ == ":memory:") {
      return Error{Code::kInvalid,
                   "The metadata database needs a file path; a database in memory "
                   "would not survive and cannot be shared by connections."};
    }
    const int flags =
        role == Role::kWriter ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (role == Role::kWriter) MakePrivateFile(file_);
    FIRN_TRY(auto handle, OpenHandle(file_, flags));
    auto connection = std::make_unique<SqliteConnection>(std::move(handle));
    if (role == Role::kWriter) {
      FIRN_CHECK(
          Named(connection->RunScript("PRAGMA journal_mode = WAL;"
                                      "PRAGMA synchronous = FULL;"
                                      "PRAGMA foreign_keys = ON;")));
    }
    return std::unique_ptr<Connection>(std::move(connection));
  }

  Status Backup(const std::filesystem::path& file) override {
    if (std::filesystem::exists(file)) {
      return Error{Code::kExists, "The file " + file.string() +
                                      " exists already. Choose another name for the backup."};
    }
    // Written beside it first, so that a file of that name is always a whole backup.
    const auto part = file.string() + ".part";
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    auto status = CopyTo(part);
    if (!status) {
      std::filesystem::remove(part, ignored);
      return status;
    }
    FIRN_CHECK(SyncPath(part));
    std::error_code failed;
    std::filesystem::rename(part, file, failed);
    if (failed) {
      errno = failed.value();
      return SystemError("rename", file);
    }
    return SyncPath(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."));
  }

 private:
  Status CopyTo(const std::string& part) const {
    FIRN_TRY(const auto from, OpenHandle(file_, SQLITE_OPEN_READONLY));
    MakePrivateFile(part);
    FIRN_TRY(const auto to, OpenHandle(part, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    auto* const backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
    if (!backup) return ErrorOf(to.get());
    // All pages in one step: one read transaction, so writers go on and the copy is of one moment.
    sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK) return ErrorOf(to.get());
    return {};
  }

  Status Named(Status status) const {
    if (status) return status;
    auto error = std::move(status).error();
    error.message += " The file is " + file_ + ".";
    return error;
  }

  const std::string file_;
};

}  // namespace

std::unique_ptr<Driver> MakeSqliteDriver(std::string file) {
  return std::make_unique<SqliteDriver>(std::move(file));
}

}  // namespace firn::store
