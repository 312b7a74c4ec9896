#include "main/disk_watch.hpp"

#include <sys/statvfs.h>

#include "observe/log.hpp"

namespace firn {

void DiskWatch::Look() {
  struct statvfs status {};
  if (statvfs(folder_.c_str(), &status) != 0 || status.f_blocks == 0) return;
  // As df counts: what root keeps for itself is used.
  const auto used = status.f_blocks - status.f_bfree;
  const auto percent = static_cast<int>(100 * used / (used + status.f_bavail + 1));
  const int before = used_percent_.exchange(percent);
  if (percent >= settings_.warn_percent && before < settings_.warn_percent) {
    observe::Logger().Warn("disk.nearly_full", {{"used_percent", std::int64_t{percent}}});
  }
  if (percent >= settings_.refuse_percent && before < settings_.refuse_percent) {
    observe::Logger().Error("disk.writes_refused", {{"used_percent", std::int64_t{percent}}});
  }
}

Status DiskWatch::MayWrite() const {
  if (used_percent_.load() < settings_.refuse_percent) return {};
  return SqlError(Code::kExhausted, 620, "53100",
                  "The disk of " + folder_.string() + " is " +
                      std::to_string(used_percent_.load()) +
                      " % full, so Firn takes no writes. Free space: DROP or TRUNCATE tables "
                      "(which counts within a minute), REMOVE files from stages, or delete old "
                      "folders in " +
                      (folder_ / "results").string() + "; reading goes on.");
}

}  // namespace firn
