#include "main/connection_files.hpp"

#include <unistd.h>

#include <algorithm>

namespace firn {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::int64_t kTokenLifeMs = 364 * kDayMs;
constexpr std::int64_t kRenewBeforeMs = 30 * kDayMs;
constexpr std::string_view kTokenName = "FIRN_LOCAL";

Status EnsureToken(access::AccessService& access, const std::filesystem::path& file,
                   std::int64_t now_ms) {
  FIRN_TRY(const auto tokens, access.ListAccessTokens("ADMIN"));
  const auto known = std::find_if(tokens.begin(), tokens.end(),
                                  [](const auto& token) { return token.name == kTokenName; });
  const bool good =
      known != tokens.end() && !known->disabled && known->expires_ms > now_ms + kRenewBeforeMs;
  if (good && std::filesystem::exists(file)) return {};
  if (known != tokens.end()) {
    FIRN_CHECK(access.RevokeAccessToken("ADMIN", std::string(kTokenName)));
  }
  FIRN_TRY(const auto secret,
           access.IssueAccessToken("ADMIN", std::string(kTokenName), "", kTokenLifeMs));
  return WriteFileDurably(file, secret, 0600);
}

std::string TomlText(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

Status WriteConnectionFiles(const Home& home, access::AccessService& access, std::uint16_t port,
                            const std::string& url, const std::string& outside_url,
                            std::int64_t now_ms) {
  const auto token = home / "secrets" / "admin.token";
  FIRN_CHECK(EnsureToken(access, token, now_ms));
  const auto toml =
      "# Written by firn at each start. Use it with SNOWFLAKE_HOME=" + home.folder().string() +
      "\n[default]\n"
      "account = \"firn\"\n"
      "user = \"ADMIN\"\n"
      "host = \"127.0.0.1\"\n"
      "port = " +
      std::to_string(port) +
      "\n"
      "protocol = \"http\"\n"
      "authenticator = \"PROGRAMMATIC_ACCESS_TOKEN\"\n"
      "token_file_path = " +
      TomlText(token.string()) +
      "\n"
      "database = \"FIRN\"\n"
      "schema = \"PUBLIC\"\n"
      "warehouse = \"FIRN_WH\"\n"
      "role = \"ACCOUNTADMIN\"\n";
  FIRN_CHECK(WriteFileDurably(home / "connections.toml", toml, 0600));
  auto endpoint = "{\"url\": \"" + url + "\", \"pid\": " + std::to_string(getpid());
  if (!outside_url.empty()) endpoint += ", \"outside_url\": \"" + outside_url + "\"";
  return WriteFileDurably(home / "run" / "endpoint.json", endpoint + "}\n");
}

void RemoveEndpoint(const Home& home) {
  std::error_code ignored;
  std::filesystem::remove(home / "run" / "endpoint.json", ignored);
}

}  // namespace firn
