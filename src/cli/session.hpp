#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/answer.hpp"
#include "cli/settings.hpp"
#include "net/client.hpp"

namespace firn::cli {

/// A session at the daemon over the client protocol; logged out when this ends. One thread, except
/// that Cancel may come from another.
class Session {
 public:
  static Result<Session> Open(Login login);
  /// Logs in with the home's [default] connection.
  static Result<Session> OpenDefault(const std::filesystem::path& home);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) = delete;
  ~Session();

  /// Runs a statement; all its rows come with the answer. For what has few.
  Result<Answer> Run(const std::string& sql);
  /// Runs a statement; the rows of a query stay at the server (Answer::rows_kept, see
  /// ResultReader).
  Result<Answer> RunKept(const std::string& sql);
  /// Ends the statement that runs now, if one does. Thread-safe; uses a connection of its own.
  void Cancel();

  /// POST of a JSON text; returns the text of `data`.
  Result<std::string> Post(const std::string& target, const std::string& body);
  /// A presigned address of this server.
  Result<net::ClientResponse> Move(const std::string& url, net::ClientRequest request);

  [[nodiscard]] const Login& login() const;
  /// "10.0.0 firn", as the server says at login.
  [[nodiscard]] const std::string& server_version() const;
  /// Set once when a statement found the session ended and went on in a new one.
  [[nodiscard]] bool was_renewed();

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  Result<Answer> Send(const std::string& sql, std::string_view format);
  std::unique_ptr<State> state_;
};

/// Reads the rows of a finished query page by page, in a session of its own, so that neither the
/// server nor this program ever holds more than a page, and LAST_QUERY_ID() stays the user's.
class ResultReader {
 public:
  /// Rows of `answer`, at most `most_rows` (0: all).
  static Result<ResultReader> Open(const Login& login, Answer answer, std::int64_t most_rows);

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] std::int64_t total_rows() const { return total_rows_; }
  [[nodiscard]] const std::string& time_zone() const { return time_zone_; }
  /// The next rows; empty at the end.
  Result<std::vector<Row>> Next();

 private:
  ResultReader() = default;
  std::unique_ptr<Session> session_;  // null: the rows came with the answer
  std::vector<Column> columns_;
  std::vector<Row> ready_;
  std::string query_id_, time_zone_;
  std::int64_t total_rows_ = 0, wanted_rows_ = 0, read_rows_ = 0, page_rows_ = 0;
};

}  // namespace firn::cli
