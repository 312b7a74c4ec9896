#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "base/files.hpp"
#include "base/names.hpp"
#include "cli/output.hpp"
#include "cli/shell.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "sql/lexer.hpp"

namespace firn::cli {
namespace {

/// Runs a statement that answers with a sentence, and prints it.
Ended Tell(const Common& common, const std::string& sql) {
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  PrintOptions print;
  print.format = Format::kJson;
  if (common.json) {
    FIRN_CHECK(RunStatement(session, sql, print, 0));
    return 0;
  }
  FIRN_TRY(const auto answer, session.Run(sql));
  for (const auto& row : answer.rows) {
    if (!row.empty()) std::printf("%s\n", row.front().value_or("").c_str());
  }
  return 0;
}

Ended List(const Common& common, const std::string& sql) {
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  PrintOptions print;
  print.format = common.json ? Format::kJson : Format::kTable;
  FIRN_CHECK(RunStatement(session, sql, print, 0));
  return 0;
}

/// A line from the terminal without echo.
std::string ReadHidden(const char* prompt) {
  std::fputs(prompt, stderr);
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    auto silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fputs("\n", stderr);
  return line;
}

/// Asked twice on a terminal, else the first line of standard input; never a word of the command.
Result<std::string> ReadPassword() {
  std::string password;
  if (isatty(STDIN_FILENO) != 1) {
    std::getline(std::cin, password);
  } else {
    password = ReadHidden("Password: ");
    if (password != ReadHidden("Once more: ")) {
      return Error{Code::kInvalid, "the two passwords differ; nothing was changed"};
    }
  }
  if (password.empty()) return Error{Code::kInvalid, "the password is empty"};
  return password;
}

}  // namespace

Ended RunUserList(const Common& common) { return List(common, "SHOW USERS"); }

Ended RunUserAdd(const Common& common, const UserOptions& options) {
  FIRN_TRY(const auto user, CheckName(options.user));
  auto sql = "CREATE USER " + user;
  if (!options.role.empty()) {
    FIRN_TRY(const auto role, CheckName(options.role));
    sql += " DEFAULT_ROLE = " + role;
  }
  if (options.ask_password) {
    FIRN_TRY(const auto password, ReadPassword());
    sql += " PASSWORD = " + sql::StringLiteral(password);
  }
  FIRN_TRY(const auto made, Tell(common, sql));
  if (options.role.empty()) return made;
  FIRN_TRY(const auto role, CheckName(options.role));
  auto granted = Tell(common, "GRANT ROLE " + role + " TO USER " + user);
  // A user without the role that it was to have is not left behind.
  if (!granted) FIRN_CHECK(Tell(common, "DROP USER " + user));
  return granted;
}

Ended RunUserDrop(const Common& common, const UserOptions& options) {
  FIRN_TRY(const auto user, CheckName(options.user));
  return Tell(common, "DROP USER " + user);
}

Ended RunUserPassword(const Common& common, const UserOptions& options) {
  FIRN_TRY(const auto user, CheckName(options.user));
  FIRN_TRY(const auto password, ReadPassword());
  return Tell(common, "ALTER USER " + user + " SET PASSWORD = " + sql::StringLiteral(password));
}

Ended RunUserKey(const Common& common, const UserOptions& options) {
  FIRN_TRY(const auto user, CheckName(options.user));
  FIRN_TRY(const auto pem, ReadFile(options.key));
  if (pem.find("PRIVATE KEY") != std::string::npos) {
    return Error{Code::kInvalid, options.key.string() +
                                     " is a private key, which stays where it is; give the public "
                                     "one: openssl pkey -in KEY -pubout"};
  }
  return Tell(common, "ALTER USER " + user + " SET RSA_PUBLIC_KEY = " + sql::StringLiteral(pem));
}

Ended RunUserToken(const Common& common, const UserOptions& options) {
  FIRN_TRY(const auto user, CheckName(options.user));
  if (options.revoke.empty()) {
    return List(common, "SHOW USER PROGRAMMATIC ACCESS TOKENS FOR USER " + user);
  }
  FIRN_TRY(const auto token, CheckName(options.revoke));
  return Tell(common, "ALTER USER " + user + " REMOVE PROGRAMMATIC ACCESS TOKEN " + token);
}

}  // namespace firn::cli
