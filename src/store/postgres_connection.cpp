#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "store/connection.hpp"
#include "store/placeholders.hpp"
#include "store/postgres_values.hpp"

namespace firn::store {
namespace {

constexpr std::size_t kCachedStatements = 256;
/// PostgreSQL refuses a statement whose cached plan no longer fits its tables with this.
constexpr std::string_view kFeatureNotSupported = "0A000";
/// Any number will do, as long as every Firn takes the same.
constexpr const char* kTakeTurn = "SELECT pg_advisory_xact_lock(1181315694)";

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Handle = std::unique_ptr<PGconn, Finish>;
using Reply = std::unique_ptr<PGresult, Clear>;

std::string OneLine(std::string_view text) {
  std::string out(text.substr(0, text.find_last_not_of(" \n") + 1));
  for (auto& c : out) c = c == '\n' ? ' ' : c;
  return out;
}

bool IsGood(const Reply& reply) {
  const auto status = PQresultStatus(reply.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::string_view StateOf(const Reply& reply) {
  const char* state = reply ? PQresultErrorField(reply.get(), PG_DIAG_SQLSTATE) : nullptr;
  return state ? state : "";
}

Answer Read(const Reply& reply) {
  Answer answer;
  const int columns = PQnfields(reply.get());
  const int rows = PQntuples(reply.get());
  answer.rows.reserve(static_cast<std::size_t>(rows));
  for (int r = 0; r < rows; ++r) {
    auto& row = answer.rows.emplace_back();
    row.reserve(static_cast<std::size_t>(columns));
    for (int c = 0; c < columns; ++c) {
      if (PQgetisnull(reply.get(), r, c) != 0) {
        row.emplace_back(std::monostate{});
        continue;
      }
      const auto size = static_cast<std::size_t>(PQgetlength(reply.get(), r, c));
      row.push_back(FromWire(PQftype(reply.get(), c), {PQgetvalue(reply.get(), r, c), size}));
    }
  }
  const std::string_view command = PQcmdStatus(reply.get());
  const std::string_view count = PQcmdTuples(reply.get());
  if (!count.empty() && !command.starts_with("SELECT"))
    answer.changed = std::stoll(PQcmdTuples(reply.get()));
  return answer;
}

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(Handle handle) : handle_(std::move(handle)) {}

  Result<Answer> Run(std::string_view sql, const std::vector<Value>& parameters) override {
    auto reply = RunPrepared(sql, parameters);
    const bool alone = PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
    if (!IsGood(reply) && StateOf(reply) == kFeatureNotSupported && alone) {
      FIRN_CHECK(Forget());
      reply = RunPrepared(sql, parameters);
    }
    if (!IsGood(reply)) return Failure(reply);
    return Read(reply);
  }

  Result<Answer> RunAlone(std::string_view sql, const std::vector<Value>& parameters) override {
    auto begun = Begin();
    if (!begun && !usable()) {
      // Nothing was sent that could have changed anything, so once more is safe.
      PQreset(handle_.get());
      statements_.clear();
      begun = PQstatus(handle_.get()) == CONNECTION_OK ? SetUp() : std::move(begun);
      if (begun) begun = Begin();
    }
    FIRN_CHECK(std::move(begun));
    auto answer = Run(sql, parameters);
    if (!answer) {
      Rollback();
      return answer;
    }
    FIRN_CHECK(Commit());
    return answer;
  }

  Status RunScript(std::string_view sql) override {
    FIRN_CHECK(Simple(std::string(sql).c_str()));
    return Forget();
  }

  Result<bool> OnlyReads(std::string_view sql) override { return BeginsAsRead(sql); }

  Status Begin() override {
    FIRN_CHECK(Simple("BEGIN"));
    auto status = Simple(kTakeTurn);
    if (!status) Rollback();
    return status;
  }
  Status Commit() override { return Simple("COMMIT"); }
  void Rollback() override {
    if (PQtransactionStatus(handle_.get()) != PQTRANS_IDLE) {
      const Reply reply(PQexec(handle_.get(), "ROLLBACK"));
    }
  }

  bool usable() override {
    // A server that went away has said so on the socket.
    pollfd socket{.fd = PQsocket(handle_.get()), .events = POLLIN, .revents = 0};
    if (poll(&socket, 1, 0) > 0) PQconsumeInput(handle_.get());
    return PQstatus(handle_.get()) == CONNECTION_OK;
  }

  Status SetUp() {
    // An acknowledged write is on the disk whatever the server's default; every wait has an end.
    return Simple(
        "SET synchronous_commit = on; SET lock_timeout = '30s'; SET statement_timeout = '10min';"
        "SET idle_in_transaction_session_timeout = '10min'");
  }

  Status SetReadOnly() { return Simple("SET default_transaction_read_only = on"); }

 private:
  Status Simple(const char* sql) {
    const Reply reply(PQexec(handle_.get(), sql));
    if (!IsGood(reply)) return Failure(reply);
    return {};
  }

  Status Forget() {
    statements_.clear();
    return Simple("DEALLOCATE ALL");
  }

  [[nodiscard]] Error Failure(const Reply& reply) const {
    const bool lost = PQstatus(handle_.get()) != CONNECTION_OK;
    const char* primary =
        reply ? PQresultErrorField(reply.get(), PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    std::string message = "The metadata database answered: ";
    message += OneLine(primary ? primary : PQerrorMessage(handle_.get())) + '.';
    if (lost) message += " The connection was lost; try again.";
    return Error{lost ? Code::kUnavailable : CodeOfSqlState(StateOf(reply)), std::move(message)};
  }

  Reply RunPrepared(std::string_view sql, const std::vector<Value>& parameters) {
    std::vector<WireText> wire;
    std::vector<Oid> types;
    std::vector<const char*> texts;
    wire.reserve(parameters.size());
    std::string key;
    for (const auto& value : parameters) {
      const auto& parameter = wire.emplace_back(ToWire(value));
      types.push_back(parameter.oid);
      texts.push_back(parameter.is_null ? nullptr : parameter.text.c_str());
      key += std::to_string(parameter.oid) + ',';
    }
    // The types belong to the key: they decide how the server reads `SELECT ?`.
    key += sql;
    const auto count = static_cast<int>(parameters.size());
    auto found = statements_.find(key);
    if (found == statements_.end()) {
      if (statements_.size() >= kCachedStatements && !Forget()) return nullptr;
      const auto name = "s" + std::to_string(next_name_++);
      Reply prepared(PQprepare(handle_.get(), name.c_str(), NumberPlaceholders(sql).c_str(), count,
                               types.data()));
      if (!IsGood(prepared)) return prepared;
      found = statements_.emplace(std::move(key), name).first;
    }
    return Reply(PQexecPrepared(handle_.get(), found->second.c_str(), count, texts.data(), nullptr,
                                nullptr, 0));
  }

  Handle handle_;
  std::map<std::string, std::string> statements_;  // types and text to the server's name
  std::int64_t next_name_ = 0;
};

class PostgresDriver final : public Driver {
 public:
  explicit PostgresDriver(std::string url) : url_(std::move(url)) {}

  Result<std::unique_ptr<Connection>> Connect(Role role) override {
    // Later ones win, so the URL may say otherwise.
    constexpr std::array<const char*, 8> kKeys{"connect_timeout",
                                               "keepalives_idle",
                                               "tcp_user_timeout",
                                               "application_name",
                                               "dbname",
                                               "client_encoding",
                                               nullptr};
    const std::array<const char*, 8> values{"10",         "30",   "30000", "firn",
                                            url_.c_str(), "UTF8", nullptr};
    Handle handle(PQconnectdbParams(kKeys.data(), values.data(), /*expand_dbname=*/1));
    if (!handle || PQstatus(handle.get()) != CONNECTION_OK) {
      return Error{Code::kUnavailable,
                   "The metadata database cannot be reached: " +
                       OneLine(handle ? PQerrorMessage(handle.get()) : "no memory") +
                       ". Check that it runs and that its URL is right."};
    }
    PQsetNoticeProcessor(
        handle.get(), [](void*, const char*) {}, nullptr);
    auto connection = std::make_unique<PostgresConnection>(std::move(handle));
    FIRN_CHECK(connection->SetUp());
    if (role == Role::kReader) FIRN_CHECK(connection->SetReadOnly());
    return std::unique_ptr<Connection>(std::move(connection));
  }

  Status Backup(const std::filesystem::path& /*file*/) override {
    return Error{Code::kInvalid,
                 "The metadata is in PostgreSQL. Back it up with pg_dump or with what you back up "
                 "your PostgreSQL with."};
  }

 private:
  const std::string url_;
};

}  // namespace

std::unique_ptr<Driver> MakePostgresDriver(std::string url) {
  return std::make_unique<PostgresDriver>(std::move(url));
}

}  // namespace firn::store
