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

  /// Runs a statement. The rows come with the answer when they are few, else in parts, which a
  /// ResultReader reads.
  Result<Answer> Run(const std::string& sql);
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
  std::unique_ptr<State> state_;
};

/// Reads the rows of an answer part by part, so that neither the server nor this program ever holds
/// them all. Must end before its session.
class ResultReader {
 public:
  /// At most `most_rows` (0: all).
  ResultReader(Session& session, Answer answer, std::int64_t most_rows);

  [[nodiscard]] const std::vector<Column>& columns() const { return answer_.columns; }
  [[nodiscard]] std::int64_t total_rows() const { return total_rows_; }
  [[nodiscard]] const std::string& time_zone() const { return answer_.time_zone; }
  /// The next rows; empty at the end.
  Result<std::vector<Row>> Next();

 private:
  Session& session_;
  Answer answer_;
  std::int64_t total_rows_ = 0, left_rows_ = 0;
  std::size_t next_part_ = 0;  ///< 0: the rows of the answer; i: chunk i - 1
};

}  // namespace firn::cli
