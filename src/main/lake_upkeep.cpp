#include "main/lake_upkeep.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"

namespace firn {
namespace {

// Both look through the whole catalog, the sweep through the folders too.
constexpr auto kEvery = std::chrono::minutes(10);
constexpr auto kSweepWhenFullEvery = std::chrono::seconds(30);

}  // namespace

LakeUpkeep::LakeUpkeep(engine::Engine& engine, DiskWatch& disk, observe::Metrics& metrics,
                       std::chrono::hours retention)
    : engine_(engine),
      disk_(disk),
      retention_(retention),
      snapshots_(metrics.AddCounter("firn_lake_snapshots_expired_total",
                                    "Snapshots of the lake that were forgotten.")),
      files_(metrics.AddCounter("firn_lake_files_deleted_total",
                                "Data files that nothing named any more.")),
      bytes_(metrics.AddCounter("firn_lake_freed_bytes_total",
                                "Disk space of dropped and deleted rows given back.")) {}

void LakeUpkeep::Look() {
  const auto now = std::chrono::steady_clock::now();
  const bool full = disk_.nearly_full();
  if (full || now >= next_forget_) {
    next_forget_ = now + kEvery;
    Forget();
  }
  if (full) next_sweep_ = std::min(next_sweep_, now + kSweepWhenFullEvery);
  if (now >= next_sweep_) {
    next_sweep_ = now + kEvery;
    SweepOrphans();
  }
}

void LakeUpkeep::Forget() {
  const bool full = disk_.nearly_full();
  const auto freed = engine_.Forget(full ? std::chrono::hours(0) : retention_);
  if (!freed) return Warn("lake.upkeep", freed.error());
  last_warning_.clear();
  if (freed->snapshots == 0 && freed->files == 0) return;
  snapshots_.Add(freed->snapshots);
  files_.Add(freed->files);
  bytes_.Add(freed->bytes);
  observe::Logger().Info("lake.freed", {{"snapshots", freed->snapshots},
                                        {"files", freed->files},
                                        {"bytes", freed->bytes},
                                        {"disk_nearly_full", full}});
  if (freed->files > 0) disk_.Look();
}

void LakeUpkeep::SweepOrphans() {
  const auto swept = engine_.SweepOrphans();
  if (!swept) return Warn("lake.sweep", swept.error());
  if (*swept > 0) observe::Logger().Info("lake.swept", {{"files", *swept}});
}

void LakeUpkeep::Warn(std::string_view event, const Error& error) {
  if (std::exchange(last_warning_, error.message) == error.message) return;
  observe::Logger().Warn(event, {{"because", std::string_view(error.message)}});
}

}  // namespace firn
