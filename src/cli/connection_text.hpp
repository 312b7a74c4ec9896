#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace firn::cli {

/// How a client of another machine reaches the daemon and logs in.
struct Connection {
  std::string name = "default";
  std::string protocol = "https", host;
  std::uint16_t port = 0;
  std::string account, user, role, database, schema, warehouse;
  std::string token;
  std::string ca_pem;  ///< empty: the certificate is not of Firn's own authority, or it is http
};

/// The connections.toml with the token in it, or with the path of a file that holds it.
std::string ConnectionToml(const Connection& connection, const std::string& token_file);

/// The whole of what `firn connect` prints: the file, the CA, and what to do with both.
std::string ConnectText(const Connection& connection);

/// connections.toml, token, ca.pem and README.txt in a new folder, for its owner only.
/// Errors: kExists when the folder is not empty.
Status WriteConnectionFolder(const Connection& connection, const std::filesystem::path& folder);

}  // namespace firn::cli
