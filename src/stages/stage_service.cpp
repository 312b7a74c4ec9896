#include "stages/stage_service.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <regex>
#include <shared_mutex>

#include "base/bytes.hpp"
#include "base/change_first_mutex.hpp"
#include "base/files.hpp"
#include "base/hmac.hpp"
#include "base/ids.hpp"

namespace firn::stages {
namespace {

using store::Migration;

constexpr std::array<Migration, 2> kMigrations{{{1, R"(
  CREATE TABLE stage_files (
    stage_id BIGINT NOT NULL,
    path TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    md5 TEXT NOT NULL,
    modified_ms BIGINT NOT NULL,
    PRIMARY KEY (stage_id, path)))"},
                                                {2, R"(
  CREATE TABLE stage_loads (
    table_id BIGINT NOT NULL,
    stage_id BIGINT NOT NULL,
    path TEXT NOT NULL,
    md5 TEXT NOT NULL,
    loaded_ms BIGINT NOT NULL,
    PRIMARY KEY (table_id, stage_id, path)))"}}};

constexpr char kSeparator = '\n';
// In the order of Ticket::Operation.
constexpr std::array<std::string_view, 3> kOperations{"put", "below", "get"};

// Clients in Go send it for every stream, since they make the digest before they read it.
constexpr std::string_view kDigestOfNothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// Both digests of a file in one pass.
struct Digests {
  std::string md5;
  std::string sha256;
  std::int64_t size_bytes = 0;
};

Result<Digests> ReadDigests(const std::filesystem::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return SystemError("open", path);
  const auto free_context = [](EVP_MD_CTX* context) { EVP_MD_CTX_free(context); };
  using Context = std::unique_ptr<EVP_MD_CTX, decltype(free_context)>;
  const Context md5(EVP_MD_CTX_new(), free_context);
  const Context sha256(EVP_MD_CTX_new(), free_context);
  EVP_DigestInit_ex(md5.get(), EVP_md5(), nullptr);
  EVP_DigestInit_ex(sha256.get(), EVP_sha256(), nullptr);
  Digests out;
  std::vector<char> block(1 << 20);
  while (true) {
    const auto got = read(fd.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path);
    if (got == 0) break;
    const auto count = static_cast<std::size_t>(got);
    EVP_DigestUpdate(md5.get(), block.data(), count);
    EVP_DigestUpdate(sha256.get(), block.data(), count);
    out.size_bytes += got;
  }
  if (fsync(fd.get()) != 0) return SystemError("sync", path);
  const auto finish = [](EVP_MD_CTX* context) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    EVP_DigestFinal_ex(context, bytes.data(), &length);
    return std::string(reinterpret_cast<const char*>(bytes.data()), length);
  };
  out.md5 = HexEncode(finish(md5.get()));
  out.sha256 = finish(sha256.get());
  return out;
}

/// Syncs the folders between a file and the stages' root, so that the file's name survives too.
Status SyncFolders(std::filesystem::path folder, const std::filesystem::path& root) {
  while (folder != root && folder.has_relative_path()) {
    FIRN_CHECK(SyncPath(folder));
    folder = folder.parent_path();
  }
  return SyncPath(root);
}

Error NotFound(const std::string& path) {
  return SqlError(Code::kNotFound, 253006, "02000", "File doesn't exist: " + path);
}

class LocalStages final : public StageService {
 public:
  LocalStages(store::Database& database, Settings settings, const Clock& clock)
      : database_(database), settings_(std::move(settings)), clock_(clock) {}

  Result<std::vector<StageFile>> List(std::int64_t stage_id, const std::string& prefix,
                                      const std::optional<std::string>& pattern) override {
    std::optional<std::regex> regex;
    if (pattern) {
      try {
        regex.emplace(*pattern, std::regex::ECMAScript | std::regex::optimize);
      } catch (const std::regex_error&) {
        return SqlError(Code::kInvalid, 100048, "22023",
                        "Invalid regular expression: '" + *pattern + "'");
      }
    }
    FIRN_TRY(const auto rows,
             database_.Query("SELECT path, size_bytes, md5, modified_ms FROM stage_files WHERE "
                             "stage_id = ? ORDER BY path",
                             {stage_id}));
    std::vector<StageFile> out;
    for (const auto& row : rows) {
      StageFile file{store::AsText(row[0]), store::AsInt(row[1]), store::AsText(row[2]),
                     store::AsInt(row[3])};
      if (!file.path.starts_with(prefix)) continue;
      if (regex && !std::regex_match(file.path, *regex)) continue;
      out.push_back(std::move(file));
    }
    return out;
  }

  Result<StageFile> Find(std::int64_t stage_id, const std::string& path) override {
    FIRN_TRY(const auto rows,
             database_.Query("SELECT size_bytes, md5, modified_ms FROM stage_files WHERE stage_id "
                             "= ? AND path = ?",
                             {stage_id, path}));
    if (rows.empty()) return NotFound(path);
    return StageFile{path, store::AsInt(rows[0][0]), store::AsText(rows[0][1]),
                     store::AsInt(rows[0][2])};
  }

  [[nodiscard]] std::filesystem::path LocalPath(std::int64_t stage_id,
                                                const std::string& path) const override {
    return settings_.folder / std::to_string(stage_id) / path;
  }

  Status Remove(std::int64_t stage_id, const std::string& path) override {
    const std::shared_lock lock(still_);
    FIRN_CHECK(database_.Execute("DELETE FROM stage_files WHERE stage_id = ? AND path = ?",
                                 {stage_id, path}));
    std::error_code failed;
    std::filesystem::remove(LocalPath(stage_id, path), failed);
    if (failed) return Error{Code::kInternal, "remove " + path + ": " + failed.message()};
    return {};
  }

  Result<bool> WasLoaded(std::int64_t table_id, std::int64_t stage_id,
                         const StageFile& file) override {
    FIRN_TRY(const auto rows,
             database_.Query("SELECT loaded_ms FROM stage_loads WHERE table_id = ? AND stage_id = "
                             "? AND path = ? AND md5 = ?",
                             {table_id, stage_id, file.path, file.md5}));
    return !rows.empty();
  }

  Status RecordLoad(std::int64_t table_id, std::int64_t stage_id, const StageFile& file) override {
    FIRN_CHECK(database_.Execute(
        "INSERT INTO stage_loads (table_id, stage_id, path, md5, loaded_ms) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (table_id, stage_id, path) DO UPDATE SET md5 = excluded.md5, loaded_ms = "
        "excluded.loaded_ms",
        {table_id, stage_id, file.path, file.md5, clock_.NowMs()}));
    return {};
  }

  Status ForgetLoads(std::int64_t table_id) override {
    FIRN_CHECK(database_.Execute("DELETE FROM stage_loads WHERE table_id = ?", {table_id}));
    return {};
  }

  Status Purge(std::int64_t stage_id) override {
    const std::shared_lock lock(still_);
    FIRN_CHECK(database_.Execute("DELETE FROM stage_loads WHERE stage_id = ?", {stage_id}));
    FIRN_CHECK(database_.Execute("DELETE FROM stage_files WHERE stage_id = ?", {stage_id}));
    std::error_code failed;
    std::filesystem::remove_all(settings_.folder / std::to_string(stage_id), failed);
    if (failed) return Error{Code::kInternal, "remove a stage's files: " + failed.message()};
    return {};
  }

  [[nodiscard]] std::string Sign(Ticket ticket) const override {
    if (ticket.expires_ms == 0) ticket.expires_ms = clock_.NowMs() + settings_.ticket_ms;
    const auto text = std::string(kOperations[static_cast<std::size_t>(ticket.operation)]) +
                      kSeparator + std::to_string(ticket.stage_id) + kSeparator +
                      (ticket.overwrite ? "1" : "0") + kSeparator +
                      std::to_string(ticket.expires_ms) + kSeparator + ticket.path;
    return Base64UrlEncode(HmacSha256(settings_.signing_key, text) + text);
  }

  [[nodiscard]] Result<Ticket> Verify(std::string_view token) const override {
    const Error refused{Code::kDenied,
                        "this address is not valid, or no longer; send the PUT or "
                        "GET statement again"};
    const auto bytes = Base64Decode(token);
    if (!bytes || bytes->size() < 32) return refused;
    const std::string_view text = std::string_view(*bytes).substr(32);
    if (!EqualInConstantTime(HmacSha256(settings_.signing_key, text),
                             std::string_view(*bytes).substr(0, 32))) {
      return refused;
    }
    Ticket ticket;
    std::array<std::string_view, 4> fields;
    std::size_t at = 0;
    for (auto& field : fields) {
      const auto end = text.find(kSeparator, at);
      if (end == std::string_view::npos) return refused;
      field = text.substr(at, end - at);
      at = end + 1;
    }
    const auto* const operation = std::find(kOperations.begin(), kOperations.end(), fields[0]);
    if (operation == kOperations.end()) return refused;
    ticket.operation = static_cast<Ticket::Operation>(operation - kOperations.begin());
    std::from_chars(fields[1].data(), fields[1].data() + fields[1].size(), ticket.stage_id);
    ticket.overwrite = fields[2] == "1";
    std::from_chars(fields[3].data(), fields[3].data() + fields[3].size(), ticket.expires_ms);
    ticket.path = text.substr(at);
    if (ticket.expires_ms < clock_.NowMs()) return refused;
    return ticket;
  }

  [[nodiscard]] std::filesystem::path NewUploadPath() const override {
    return settings_.folder / kUploads / NewUuid();
  }

  Result<StageFile> Accept(const Ticket& ticket, const std::filesystem::path& upload,
                           std::string_view sha256_base64) override {
    if (ticket.path.empty()) {
      return Error{Code::kInvalid, "this address is for no single file; ask for one of each"};
    }
    FIRN_TRY(const auto digests, ReadDigests(upload));
    const bool told = !sha256_base64.empty() && sha256_base64 != kDigestOfNothing;
    if (told && Base64Encode(digests.sha256) != sha256_base64) {
      return Error{Code::kInvalid,
                   "the upload of '" + ticket.path +
                       "' was damaged on its way: its SHA-256 differs; send it again"};
    }
    const std::shared_lock lock(still_);
    const auto there = Find(ticket.stage_id, ticket.path);
    if (there && there->md5 == digests.md5 && there->size_bytes == digests.size_bytes) {
      return *there;
    }
    if (there && !ticket.overwrite) {
      return Error{Code::kExists,
                   "'" + ticket.path + "' is on the stage already; use OVERWRITE = TRUE"};
    }
    const auto target = LocalPath(ticket.stage_id, ticket.path);
    FIRN_CHECK(MakeFolders(target.parent_path()));
    if (rename(upload.c_str(), target.c_str()) != 0) return SystemError("rename", target);
    FIRN_CHECK(SyncFolders(target.parent_path(), settings_.folder));
    const StageFile file{ticket.path, digests.size_bytes, digests.md5, clock_.NowMs()};
    FIRN_CHECK(database_.Execute(
        "INSERT INTO stage_files (stage_id, path, size_bytes, md5, modified_ms) VALUES (?, ?, ?, "
        "?, ?) ON CONFLICT (stage_id, path) DO UPDATE SET size_bytes = excluded.size_bytes, md5 = "
        "excluded.md5, modified_ms = excluded.modified_ms",
        {ticket.stage_id, file.path, file.size_bytes, file.md5, file.modified_ms}));
    return file;
  }

  Status WhileStill(const std::function<Status()>& copy) override {
    const std::unique_lock lock(still_);
    return copy();
  }

 private:
  ChangeFirstMutex still_;  // shared: a file and its row change; alone: both are copied
  store::Database& database_;
  const Settings settings_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<StageService>> StageService::Open(store::Database& database,
                                                         const Settings& settings,
                                                         const Clock& clock) {
  FIRN_CHECK(database.Migrate("stages", kMigrations));
  FIRN_CHECK(MakeFolders(settings.folder, 0700));
  // Uploads that an earlier process did not finish.
  std::error_code ignored;
  std::filesystem::remove_all(settings.folder / kUploads, ignored);
  FIRN_CHECK(MakeFolders(settings.folder / kUploads, 0700));
  return std::unique_ptr<StageService>(std::make_unique<LocalStages>(database, settings, clock));
}

Result<std::string> StageService::CleanPath(std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return SqlError(
        Code::kInvalid, 1003, "42000",
        "the stage path '" + std::string(path.substr(0, 200)) + "' " + std::string(why));
  };
  if (path.size() > 1024) return refuse("is longer than 1024 bytes");
  std::string out;
  std::string_view rest = path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") return refuse("may not hold '..'");
    if (part.size() > 255) return refuse("has a part longer than 255 bytes");
    for (const char c : part) {
      if (static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == 0x7f) {
        return refuse("may not hold control characters or '\\'");
      }
    }
    out += (out.empty() ? "" : "/") + std::string(part);
  }
  // "dir/" means what is below it, not what begins with "dir".
  if (!out.empty() && path.ends_with('/')) out += '/';
  return out;
}

}  // namespace firn::stages
