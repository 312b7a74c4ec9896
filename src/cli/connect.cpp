#include <unistd.h>

#include <boost/json.hpp>

#include <array>
#include <cstdio>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/names.hpp"
#include "cli/connection_text.hpp"
#include "cli/session.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"

namespace firn::cli {
namespace {

namespace json = boost::json;

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data()
                                                                           : "localhost";
}

/// Where others reach the daemon: its own address, unless --host names a better one.
Status Address(const Common& common, const ConnectOptions& options, Connection& out) {
  FIRN_TRY(const auto endpoint, ReadEndpoint(common.home));
  const bool outside = !endpoint.outside_url.empty();
  FIRN_TRY(const auto url, net::ParseUrl(outside ? endpoint.outside_url : endpoint.url));
  out.protocol = url.tls ? "https" : "http";
  out.port = url.port;
  out.host = url.host == "0.0.0.0" || url.host == "::" ? HostName() : url.host;
  if (!options.host.empty()) out.host = options.host;
  if (!outside) {
    std::fprintf(
        stderr,
        "Firn listens only on this machine, so this connection works only here. For others "
        "start it with\n    firn up --listen 0.0.0.0:8484 --name NAME-OR-ADDRESS\n");
    return {};
  }
  // A certificate of another authority has no use for ours.
  if (auto pem = ReadFile(common.home / "secrets" / "ca.pem")) out.ca_pem = *std::move(pem);
  return {};
}

/// The role that the user logs in with.
Result<std::string> RoleOf(Session& session, const std::string& user) {
  FIRN_TRY(const auto answer, session.Run("SHOW USERS"));
  for (const auto& row : answer.rows) {
    std::string name;
    std::string role;
    for (std::size_t i = 0; i < answer.columns.size() && i < row.size(); ++i) {
      if (answer.columns[i].name == "name") name = row[i].value_or("");
      if (answer.columns[i].name == "default_role") role = row[i].value_or("");
    }
    if (name == user) return role;
  }
  return SqlError(Code::kNotFound, 2003, "02000",
                  "User '" + user + "' does not exist or not authorized.");
}

Result<std::string> IssueToken(Session& session, const std::string& user, int days) {
  const auto name = "FIRN_CONNECT_" + UpperCase(HexEncode(RandomBytes(6)));
  FIRN_TRY(const auto answer,
           session.Run("ALTER USER " + NameToSql(user) + " ADD PROGRAMMATIC ACCESS TOKEN " + name +
                       " DAYS_TO_EXPIRY = " + std::to_string(days)));
  for (const auto& row : answer.rows) {
    if (row.size() > 1 && row[1]) return *row[1];
  }
  return Error{Code::kInternal, "the server issued no token"};
}

}  // namespace

Ended RunConnect(const Common& common, const ConnectOptions& options) {
  Connection connection;
  FIRN_CHECK(Address(common, options, connection));
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  const auto& login = session.login();
  connection.name = options.name;
  connection.account = login.account;
  connection.user = options.user.empty() ? login.user : NameFromSql(options.user);
  connection.database = login.database;
  connection.schema = login.schema;
  connection.warehouse = login.warehouse;
  connection.role = login.role;
  if (connection.user != login.user) {
    FIRN_TRY(connection.role, RoleOf(session, connection.user));
  }
  if (!options.role.empty()) connection.role = NameFromSql(options.role);
  FIRN_TRY(connection.token, IssueToken(session, connection.user, options.days));
  if (!options.out.empty()) {
    FIRN_CHECK(WriteConnectionFolder(connection, options.out));
    if (common.json) {
      std::printf("%s\n", json::serialize(json::object{{"folder", options.out.string()},
                                                       {"user", connection.user},
                                                       {"host", connection.host},
                                                       {"port", connection.port}})
                              .c_str());
    } else {
      std::printf("%s is ready; how to use it on the other machine: %s\n", options.out.c_str(),
                  (options.out / "README.txt").c_str());
    }
    return 0;
  }
  if (common.json) {
    const json::object out{{"connections_toml", ConnectionToml(connection, "")},
                           {"ca_pem", connection.ca_pem},
                           {"host", connection.host},
                           {"port", connection.port},
                           {"protocol", connection.protocol},
                           {"account", connection.account},
                           {"user", connection.user},
                           {"role", connection.role},
                           {"token", connection.token}};
    std::printf("%s\n", json::serialize(out).c_str());
  } else {
    std::printf("%s", ConnectText(connection).c_str());
  }
  return 0;
}

}  // namespace firn::cli
