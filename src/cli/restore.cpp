#include <boost/json.hpp>

#include <chrono>
#include <cstdio>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "cli/manifest.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kHomePart = "home/";

/// Nobody uses it, and it is empty or may be moved aside. Returns whether it must be.
Result<bool> CheckHome(const fs::path& home, bool force) {
  FIRN_TRY(const auto pid, FindDaemon(home));
  if (pid) {
    return Error{Code::kConflict, "Firn (process " + std::to_string(*pid) + ") uses " +
                                      home.string() + "; stop it first: firn stop"};
  }
  std::error_code failed;
  if (!fs::exists(home, failed) || fs::is_empty(home, failed)) return false;
  if (force) return true;
  return Error{Code::kExists,
               home.string() + " is not empty; give another --home, or --force to move it aside"};
}

Status CopyFiles(const fs::path& from, const fs::path& to, const std::vector<ManifestFile>& files) {
  for (const auto& file : files) {
    if (!file.path.starts_with(kHomePart)) continue;
    const auto target = to / file.path.substr(kHomePart.size());
    FIRN_CHECK(MakeFolders(target.parent_path(), 0700));
    std::error_code failed;
    fs::copy_file(from / file.path, target, fs::copy_options::overwrite_existing, failed);
    if (failed) {
      return Error{Code::kExhausted, "copy " + target.string() + ": " + failed.message()};
    }
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write, failed);
    FIRN_CHECK(SyncPath(target));
  }
  std::error_code failed;
  for (fs::recursive_directory_iterator at(to, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_directory()) FIRN_CHECK(SyncPath(at->path()));
  }
  return SyncPath(to);
}

}  // namespace

Ended RunRestore(const Common& common, const BackupOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto& home = common.home;
  FIRN_TRY(const auto files, ReadManifest(options.folder));
  FIRN_CHECK(VerifyFiles(options.folder, files));
  FIRN_TRY(const bool move_aside, CheckHome(home, options.force));
  // Beside the home first: a restore that ends half-way leaves no half of a home.
  const fs::path made = home.string() + ".restoring";
  std::error_code failed;
  fs::remove_all(made, failed);
  FIRN_CHECK(MakeFolders(made, 0700));
  FIRN_CHECK(CopyFiles(options.folder, made, files));
  std::vector<ManifestFile> copied;
  for (auto file : files) {
    if (!file.path.starts_with(kHomePart)) continue;
    file.path.erase(0, kHomePart.size());
    copied.push_back(std::move(file));
  }
  FIRN_CHECK(VerifyFiles(made, copied));
  std::string aside;
  if (move_aside) {
    aside = home.string() + ".before-" + std::to_string(SystemClock().NowMs());
    fs::rename(home, aside, failed);
  } else {
    fs::remove(home, failed);
  }
  if (!failed) fs::rename(made, home, failed);
  if (failed) return Error{Code::kDenied, "rename " + home.string() + ": " + failed.message()};
  FIRN_CHECK(SyncPath(home.parent_path()));
  const auto count = static_cast<std::int64_t>(copied.size());
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (common.json) {
    std::printf("%s\n", json::serialize(json::object{{"home", home.string()},
                                                     {"files", count},
                                                     {"moved_aside", aside},
                                                     {"seconds", seconds}})
                            .c_str());
    return 0;
  }
  std::printf("%s files restored to %s in %s s, checksums verified.\n", Grouped(count).c_str(),
              home.c_str(), SecondsText(seconds).c_str());
  if (!aside.empty()) std::printf("What was there is in %s.\n", aside.c_str());
  return 0;
}

}  // namespace firn::cli
