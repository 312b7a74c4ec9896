#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "engine/engine.hpp"
#include "main/disk_watch.hpp"
#include "observe/metrics.hpp"

namespace firn {

/// Gives back the space of what was dropped, deleted or left over in the lake: after the retention
/// time, and at once while the disk is nearly full. One thread.
class LakeUpkeep {
 public:
  LakeUpkeep(engine::Engine& engine, DiskWatch& disk, observe::Metrics& metrics,
             std::chrono::hours retention);

  /// Does what is due; called every few seconds.
  void Look();

 private:
  using Time = std::chrono::steady_clock::time_point;
  void Forget();
  void SweepOrphans();
  /// Logs a failure when it is not the one before: on a full disk it comes every time.
  void Warn(std::string_view event, const Error& error);

  engine::Engine& engine_;
  DiskWatch& disk_;
  const std::chrono::hours retention_;
  observe::Counter& snapshots_;
  observe::Counter& files_;
  observe::Counter& bytes_;
  Time next_forget_{}, next_sweep_{};
  std::string last_warning_;
};

}  // namespace firn
