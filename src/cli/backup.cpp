#include <boost/json.hpp>

#include <chrono>
#include <cstdio>

#include "cli/manifest.hpp"
#include "cli/output.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {

namespace json = boost::json;

Ended RunBackup(const Common& common, const BackupOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  FIRN_TRY(const auto endpoint, ReadEndpoint(common.home));  // the folder is on this machine
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  std::error_code failed;
  const auto folder = std::filesystem::absolute(options.folder, failed).lexically_normal();
  FIRN_CHECK(session.Post("/firn/admin/backup",
                          json::serialize(json::object{{"folder", folder.string()}})));
  FIRN_TRY(const auto files, ReadManifest(folder));
  FIRN_CHECK(VerifyFiles(folder, files));
  std::int64_t bytes = 0;
  for (const auto& file : files) bytes += file.bytes;
  const auto count = static_cast<std::int64_t>(files.size());
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (common.json) {
    std::printf("%s\n", json::serialize(json::object{{"folder", folder.string()},
                                                     {"files", count},
                                                     {"bytes", bytes},
                                                     {"verified", true},
                                                     {"seconds", seconds}})
                            .c_str());
  } else {
    std::printf("%s files, %s in %s, checksums verified, in %s s.\n", Grouped(count).c_str(),
                BytesText(bytes).c_str(), folder.c_str(), SecondsText(seconds).c_str());
    std::printf("It holds secrets: keep it as safe as the home itself.\n");
  }
  return 0;
}

}  // namespace firn::cli
