#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/files.hpp"
#include "base/result.hpp"

namespace firn::engine {

/// Makes the files that appear below a folder durable before a commit names them.
///
/// DuckLake writes data and delete files before it commits and syncs only its catalog. The
/// kernel tells here (inotify) which files were closed after writing and which folders were
/// made, in the order of the calls, so whatever a statement wrote before it returned is known
/// when SyncNew() starts. Where the kernel cannot tell (queue overflow, no more watches), the
/// whole file system is synced instead.
///
/// Thread-safe: one SyncNew() at a time, and each returns only when files that an earlier one
/// took up are synced too.
class FileSync {
 public:
  /// Errors: kExhausted when the kernel has no inotify instance left.
  static Result<std::unique_ptr<FileSync>> Open(const std::filesystem::path& root);

  /// Syncs the files closed since the last call and their folders, up to the root.
  Status SyncNew();

 private:
  FileSync(std::filesystem::path root, UniqueFd events)
      : root_(std::move(root)), events_(std::move(events)) {}

  void Watch(const std::filesystem::path& folder);
  void WatchTree(const std::filesystem::path& folder, bool take_files);
  void ReadEvents();
  Status SyncTaken();
  Status SyncAll();

  const std::filesystem::path root_;
  const UniqueFd events_;
  // Held while syncing, so that a commit never passes files that another is still syncing.
  std::mutex mutex_;
  std::map<int, std::filesystem::path> folders_;  // by watch; guarded by mutex_
  std::set<std::filesystem::path> files_;         // closed, not synced; guarded by mutex_
  std::set<std::filesystem::path> parents_;       // with new entries; guarded by mutex_
  std::set<std::filesystem::path> failed_;        // could not be synced; guarded by mutex_
  bool blind_ = false;                            // not every folder is watched; guarded by mutex_
  bool overflow_ = false;                         // events were lost; guarded by mutex_
};

}  // namespace firn::engine
