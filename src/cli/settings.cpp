#include "cli/settings.hpp"

#include <pwd.h>
#include <unistd.h>

#include <boost/json.hpp>

#include <cstdlib>

#include "base/files.hpp"
#include "base/names.hpp"
#include "cli/toml.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path UsersFolder() {
  if (auto home = Variable("HOME"); !home.empty()) return home;
  const auto* entry = getpwuid(getuid());
  return entry != nullptr && entry->pw_dir != nullptr ? entry->pw_dir : "/";
}

std::string Get(const std::map<std::string, std::string>& section, const std::string& key,
                std::string otherwise = "") {
  const auto at = section.find(key);
  if (at == section.end()) return otherwise;
  return at->second;
}

Result<std::string> ReadSecret(const std::map<std::string, std::string>& section,
                               const fs::path& home) {
  for (const auto* key : {"token", "password"}) {
    if (auto text = Get(section, key); !text.empty()) return text;
  }
  const fs::path file = Get(section, "token_file_path");
  if (file.empty()) {
    return Error{Code::kInvalid, "the [default] connection in " +
                                     (home / "connections.toml").string() +
                                     " has neither token_file_path, token nor password"};
  }
  FIRN_TRY(auto text, ReadFile(file.is_absolute() ? file : home / file));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

Result<net::Url> ReadAddress(const std::map<std::string, std::string>& section,
                             const fs::path& home) {
  if (const auto endpoint = ReadEndpoint(home)) return net::ParseUrl(endpoint->url);
  const auto host = Get(section, "host");
  // What a stopped daemon left says where it was, not where it is.
  if (host.empty() || fs::exists(home / "VERSION")) return ReadEndpoint(home).error();
  const auto protocol = Get(section, "protocol", "https");
  return net::ParseUrl(protocol + "://" + host + ":" +
                       Get(section, "port", protocol == "http" ? "80" : "443"));
}

}  // namespace

fs::path HomeFolder(const fs::path& given) {
  std::error_code failed;
  fs::path out = given;
  if (out.empty()) out = Variable("FIRN_HOME");
  if (out.empty()) out = UsersFolder() / ".firn";
  const auto absolute = fs::absolute(out, failed);
  return failed ? out : absolute.lexically_normal();
}

Result<Endpoint> ReadEndpoint(const fs::path& home) {
  const Error none{Code::kUnavailable, "no Firn runs in " + home.string() +
                                           "; start it with `firn up --home " + home.string() +
                                           "`"};
  const auto text = ReadFile(home / "run" / "endpoint.json");
  if (!text) return none;
  boost::system::error_code failed;
  const auto value = json::parse(*text, failed);
  if (failed || !value.is_object()) return none;
  const auto& object = value.as_object();
  const auto* url = object.if_contains("url");
  const auto* pid = object.if_contains("pid");
  if (url == nullptr || !url->is_string() || pid == nullptr || !pid->is_int64()) return none;
  Endpoint out;
  out.url = url->as_string();
  out.pid = static_cast<pid_t>(pid->as_int64());
  if (const auto* outside = object.if_contains("outside_url");
      outside != nullptr && outside->is_string()) {
    out.outside_url = outside->as_string();
  }
  return out;
}

Result<Login> ReadLogin(const fs::path& home) {
  const auto file = home / "connections.toml";
  const auto text = ReadFile(file);
  if (!text) {
    if (text.error().code == Code::kNotFound) return ReadEndpoint(home).error();
    return text.error();
  }
  const auto toml = ParseToml(*text);
  if (!toml) return Error{Code::kInvalid, file.string() + ", " + toml.error().message};
  const auto found = toml->find("default");
  if (found == toml->end()) {
    return Error{Code::kInvalid, file.string() + " has no [default] connection"};
  }
  const auto& section = found->second;
  Login out;
  FIRN_TRY(out.url, ReadAddress(section, home));
  FIRN_TRY(out.secret, ReadSecret(section, home));
  out.account = Get(section, "account", "firn");
  out.user = Get(section, "user");
  out.authenticator = UpperCase(Get(section, "authenticator"));
  out.database = Get(section, "database");
  out.schema = Get(section, "schema");
  out.warehouse = Get(section, "warehouse");
  out.role = Get(section, "role");
  for (const auto& place : {home / "ca.pem", home / "secrets" / "ca.pem"}) {
    std::error_code ignored;
    if (!out.ca_file && fs::exists(place, ignored)) out.ca_file = place;
  }
  return out;
}

}  // namespace firn::cli
