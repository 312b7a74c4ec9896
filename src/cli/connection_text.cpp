#include "cli/connection_text.hpp"

#include "base/files.hpp"
#include "cli/toml.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;

/// The variables with which each client finds the CA: the connector 4.x, Snowpark, snow and
/// requests read REQUESTS_CA_BUNDLE; the connector 5.x, ADBC and OpenSSL read SSL_CERT_FILE.
std::string TrustText(const std::string& place) {
  return "    export SSL_CERT_FILE=" + place + "/ca.pem REQUESTS_CA_BUNDLE=" + place + "/ca.pem\n";
}

/// A bundle with the public authorities too, for programs that also speak to the rest of the world.
constexpr std::string_view kBundleNote =
    "A program that also connects elsewhere needs the public authorities as well: put\n"
    "`cat \"$(python -m certifi)\" ca.pem > bundle.pem` in the place of ca.pem in both "
    "variables.\n";

std::string FolderReadme(const Connection& connection) {
  std::string out =
      "A connection to Firn for Snowflake's clients, made by `firn connect`. Keep it secret.\n\n"
      "Copy this folder to the other machine, say to ~/firn, keep its modes, and there:\n"
      "    export SNOWFLAKE_HOME=~/firn\n";
  if (!connection.ca_pem.empty()) out += TrustText("~/firn");
  out += "    cd ~/firn    # or make token_file_path in connections.toml an absolute path\n";
  out += "\nThen snowflake.connector.connect(), Session.builder.getOrCreate() and `snow` log in.\n";
  if (!connection.ca_pem.empty()) out += "\n" + std::string(kBundleNote);
  return out;
}

}  // namespace

std::string ConnectionToml(const Connection& connection, const std::string& token_file) {
  std::string out = "[" + connection.name + "]\n";
  const auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out += std::string(key) + " = " + TomlText(value) + "\n";
  };
  add("account", connection.account);
  add("user", connection.user);
  add("host", connection.host);
  out += "port = " + std::to_string(connection.port) + "\n";
  add("protocol", connection.protocol);
  out += "authenticator = \"PROGRAMMATIC_ACCESS_TOKEN\"\n";
  if (token_file.empty()) {
    add("token", connection.token);
  } else {
    add("token_file_path", token_file);
  }
  add("database", connection.database);
  add("schema", connection.schema);
  add("warehouse", connection.warehouse);
  add("role", connection.role);
  return out;
}

std::string ConnectText(const Connection& connection) {
  std::string out =
      "# On the other machine, save this as ~/.snowflake/connections.toml (chmod 600).\n"
      "# The token is shown only now; whoever has it is " +
      connection.user + ".\n\n" + ConnectionToml(connection, "");
  if (connection.ca_pem.empty()) return out;
  out +=
      "\n# Save this as ~/.snowflake/ca.pem: the authority that signed the daemon's "
      "certificate.\n\n" +
      connection.ca_pem + "\n# Make the clients trust it:\n" + TrustText("~/.snowflake") + "# ";
  for (const char c : kBundleNote.substr(0, kBundleNote.size() - 1)) {
    out += c;
    if (c == '\n') out += "# ";
  }
  return out + "\n";
}

Status WriteConnectionFolder(const Connection& connection, const fs::path& folder) {
  std::error_code failed;
  if (fs::exists(folder, failed) && !fs::is_empty(folder, failed)) {
    return Error{Code::kExists, folder.string() + " is not empty; give a new folder"};
  }
  FIRN_CHECK(MakeFolders(folder, 0700));
  FIRN_CHECK(WriteFileDurably(folder / "token", connection.token, 0600));
  FIRN_CHECK(
      WriteFileDurably(folder / "connections.toml", ConnectionToml(connection, "token"), 0600));
  if (!connection.ca_pem.empty()) {
    FIRN_CHECK(WriteFileDurably(folder / "ca.pem", connection.ca_pem, 0644));
  }
  return WriteFileDurably(folder / "README.txt", FolderReadme(connection), 0644);
}

}  // namespace firn::cli
