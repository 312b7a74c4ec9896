#include "engine/lake_keeper.hpp"

#include <cstdlib>
#include <set>
#include <string>
#include <system_error>

#include "engine/definitions_pin.hpp"
#include "engine/lake_files.hpp"

namespace firn::engine {
namespace fs = std::filesystem;
namespace {

constexpr const char* kNewest =
    "SELECT max(snapshot_id)::VARCHAR FROM __ducklake_metadata_lake.ducklake_snapshot";
constexpr const char* kWaiting =
    "SELECT path FROM __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion";
/// As many as one statement names with ease; the rest goes the next time.
constexpr int kMostSnapshots = 5000;

std::string OldSnapshots(std::int64_t before, std::chrono::milliseconds keep) {
  return "SELECT snapshot_id::VARCHAR FROM __ducklake_metadata_lake.ducklake_snapshot WHERE "
         "snapshot_id < " +
         std::to_string(before) + " AND epoch_ms(snapshot_time) <= epoch_ms(now()) - " +
         std::to_string(keep.count()) + " ORDER BY snapshot_id LIMIT " +
         std::to_string(kMostSnapshots);
}

}  // namespace

Result<Freed> LakeKeeper::Forget(std::chrono::milliseconds keep) {
  const std::lock_guard lock(mutex_);
  FIRN_TRY(const auto connection, ConnectRaw(instance_.database.get()));
  Freed freed;
  FIRN_CHECK(NoteNewest(connection.get()));
  FIRN_CHECK(DeleteWaiting(connection.get(), freed));
  FIRN_TRY(const auto waiting, ReadTexts(connection.get(), kWaiting, instance_.errors));
  // Else a file that a long query holds would be joined by others for ever.
  if (!waiting.empty()) return freed;
  FIRN_CHECK(Expire(connection.get(), keep, freed));
  if (freed.snapshots > 0) FIRN_CHECK(DeleteWaiting(connection.get(), freed));
  return freed;
}

Status LakeKeeper::NoteNewest(duckdb_connection connection) {
  FIRN_TRY(const auto newest, ReadTexts(connection, kNewest, instance_.errors));
  if (newest.empty()) return {};
  // The time after the look: what began later than it sees this snapshot or a newer one.
  marks_.push_back({std::chrono::steady_clock::now(), std::atoll(newest.front().c_str())});
  return {};
}

Status LakeKeeper::Expire(duckdb_connection connection, std::chrono::milliseconds keep,
                          Freed& freed) {
  while (marks_.size() > 1 && instance_.transactions.AllAfter(marks_[1].seen)) marks_.pop_front();
  if (marks_.empty() || !instance_.transactions.AllAfter(marks_.front().seen)) return {};
  FIRN_TRY(const auto old,
           ReadTexts(connection, OldSnapshots(marks_.front().snapshot, keep), instance_.errors));
  if (old.empty()) return {};
  std::string list;
  for (const auto& id : old) list += (list.empty() ? "" : ", ") + id;
  {
    // DuckLake empties its cache of definitions here.
    const std::unique_lock changing(instance_.definitions);
    const std::lock_guard commits(instance_.catalog_mutex);
    FIRN_CHECK(RunRaw(connection,
                      "CALL ducklake_expire_snapshots('lake', versions => [" + list + "])",
                      instance_.errors));
    DefinitionsPin pin(instance_);
    (void)pin.Load();
  }
  expired_at_ = std::chrono::steady_clock::now();
  freed.snapshots += std::ssize(old);
  return {};
}

Status LakeKeeper::DeleteWaiting(duckdb_connection connection, Freed& freed) {
  // Without an expiry by this process, they have waited since before its first transaction.
  if (expired_at_ && !instance_.transactions.AllAfter(*expired_at_)) return {};
  FIRN_TRY(const auto waiting, ReadTexts(connection, kWaiting, instance_.errors));
  if (waiting.empty()) return {};
  const auto data = instance_.settings.lake_dir / kDataFolder;
  for (const auto& path : waiting) {
    std::error_code gone;
    const auto bytes = fs::file_size(data / path, gone);
    if (gone) continue;
    freed.files += 1;
    freed.bytes += static_cast<std::int64_t>(bytes);
  }
  const std::lock_guard commits(instance_.catalog_mutex);
  return RunRaw(connection, "CALL ducklake_cleanup_old_files('lake', cleanup_all => true)",
                instance_.errors);
}

Result<std::int64_t> LakeKeeper::SweepOrphans(std::optional<fs::file_time_type> written_before) {
  const std::lock_guard lock(mutex_);
  // Before the look at the names: who commits between that and a later look is still open here.
  std::set<fs::path> left;
  for (const auto& [file, since] : unnamed_) {
    if (instance_.transactions.AllAfter(since)) left.insert(file);
  }
  FIRN_TRY(const auto orphans, UnnamedFiles(instance_));
  const auto now = std::chrono::steady_clock::now();
  std::map<fs::path, Time> unnamed;
  std::int64_t deleted = 0;
  for (const auto& file : orphans) {
    std::error_code failed;
    const auto seen = unnamed_.find(file);
    const bool old = written_before && fs::last_write_time(file, failed) < *written_before;
    if ((old && !failed) || left.contains(file)) {
      deleted += fs::remove(file, failed) ? 1 : 0;
    } else {
      unnamed.emplace(file, seen == unnamed_.end() ? now : seen->second);
    }
  }
  unnamed_ = std::move(unnamed);
  return deleted;
}

}  // namespace firn::engine
