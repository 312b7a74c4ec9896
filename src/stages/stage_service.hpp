#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace firn::stages {

/// A file on a stage.
struct StageFile {
  std::string path;  ///< relative to the stage, "dir/a.csv.gz"
  std::int64_t size_bytes = 0;
  std::string md5;  ///< hex
  std::int64_t modified_ms = 0;
};

/// One upload or download that a URL of ours allows.
struct Ticket {
  enum class Operation { kPut, kPutBelow, kGet };
  Operation operation = Operation::kGet;
  std::int64_t stage_id = 0;
  std::string path;  ///< kPutBelow: a folder ("dir/", or empty), any file of which is meant;
                     ///< else a file, or empty: no single file, so nothing can be moved by it
  bool overwrite = false;
  std::int64_t expires_ms = 0;
};

struct Settings {
  std::filesystem::path folder;  ///< <home>/stages
  std::string signing_key;       ///< 32 bytes, from <home>/secrets
  std::int64_t ticket_ms = 3600LL * 1000;
};

/// The files of stages on the local disk: <folder>/<stage id>/<path>, and what is known of them in
/// the metadata. Who may touch a stage is asked before (catalog, access). Thread-safe.
class StageService {
 public:
  static Result<std::unique_ptr<StageService>> Open(store::Database& database,
                                                    const Settings& settings, const Clock& clock);
  virtual ~StageService() = default;

  /// A path as users write it, made safe: no "..", no absolute parts, no control characters.
  /// Errors: kInvalid naming the path.
  static Result<std::string> CleanPath(std::string_view path);

  /// Files whose path begins with `prefix` and whose whole path matches `pattern` (a regular
  /// expression, when given), in the order of their paths.
  virtual Result<std::vector<StageFile>> List(std::int64_t stage_id, const std::string& prefix,
                                              const std::optional<std::string>& pattern) = 0;
  virtual Result<StageFile> Find(std::int64_t stage_id, const std::string& path) = 0;
  [[nodiscard]] virtual std::filesystem::path LocalPath(std::int64_t stage_id,
                                                        const std::string& path) const = 0;
  virtual Status Remove(std::int64_t stage_id, const std::string& path) = 0;
  /// Removes the stage's folder with all it holds.
  virtual Status Purge(std::int64_t stage_id) = 0;

  /// Whether this very file (by its path and digest) was loaded into the table.
  virtual Result<bool> WasLoaded(std::int64_t table_id, std::int64_t stage_id,
                                 const StageFile& file) = 0;
  virtual Status RecordLoad(std::int64_t table_id, std::int64_t stage_id,
                            const StageFile& file) = 0;
  /// As if nothing had been loaded into the table (TRUNCATE).
  virtual Status ForgetLoads(std::int64_t table_id) = 0;

  /// A token for a URL; it names operation, stage, path and an end, and is signed.
  [[nodiscard]] virtual std::string Sign(Ticket ticket) const = 0;
  /// Errors: kDenied for a forged or expired one (one sentence for both).
  [[nodiscard]] virtual Result<Ticket> Verify(std::string_view token) const = 0;

  /// Where an upload is written before Accept takes it.
  [[nodiscard]] virtual std::filesystem::path NewUploadPath() const = 0;
  /// Moves a finished upload to its place, synced; `sha256_base64` (may be empty) is compared
  /// first. `ticket` is for one file. The same content anew changes nothing. Errors: kInvalid when
  /// the digest differs or the ticket is for no single file; kExists for other content without
  /// overwrite.
  virtual Result<StageFile> Accept(const Ticket& ticket, const std::filesystem::path& upload,
                                   std::string_view sha256_base64) = 0;

  /// Runs `copy` while no file comes, goes or changes: what it reads of the folder (but
  /// kUploads) and of the metadata belongs together.
  virtual Status WhileStill(const std::function<Status()>& copy) = 0;
  /// The folder of unfinished uploads, in the stages' folder.
  static constexpr std::string_view kUploads = ".uploads";
};

}  // namespace firn::stages
