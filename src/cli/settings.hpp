#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/url.hpp"

namespace firn::cli {

/// --home, else $FIRN_HOME, else ~/.firn; absolute.
std::filesystem::path HomeFolder(const std::filesystem::path& given);

/// What <home>/run/endpoint.json says.
struct Endpoint {
  std::string url;          ///< good on this machine
  std::string outside_url;  ///< https://host:port for others, or empty
  pid_t pid = 0;
};
/// Errors: kUnavailable when there is none: how to start one.
Result<Endpoint> ReadEndpoint(const std::filesystem::path& home);

/// How to log in, and where.
struct Login {
  net::Url url;
  std::optional<std::filesystem::path> ca_file;
  std::string account, user, authenticator;
  std::string secret;  ///< a token, or a password
  std::string database, schema, warehouse, role;
};
/// The [default] connection of the home's connections.toml. The address is the running daemon's
/// when there is one, else the one in the file: a folder that `firn connect --out` wrote is a home
/// to the verbs that only talk.
Result<Login> ReadLogin(const std::filesystem::path& home);

}  // namespace firn::cli
