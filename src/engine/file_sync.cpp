#include "engine/file_sync.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <system_error>
#include <vector>

namespace firn::engine {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE |
                                  IN_MOVED_FROM | IN_ONLYDIR | IN_DONT_FOLLOW;

}  // namespace

Result<std::unique_ptr<FileSync>> FileSync::Open(const fs::path& root) {
  UniqueFd events(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!events) return SystemError("watch", root);
  std::unique_ptr<FileSync> sync(new FileSync(root, std::move(events)));
  const std::lock_guard lock(sync->mutex_);
  sync->WatchTree(root, false);
  return sync;
}

void FileSync::Watch(const fs::path& folder) {
  const int watch = inotify_add_watch(events_.get(), folder.c_str(), kEvents);
  if (watch >= 0) {
    folders_[watch] = folder;
  } else if (errno != ENOENT) {
    blind_ = true;
  }
}

void FileSync::WatchTree(const fs::path& folder, bool take_files) {
  Watch(folder);
  // After the watch stands: what was made before it is found here, what comes later is an event.
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (entry->is_directory(ignored)) {
      if (take_files) parents_.insert(folder);
      WatchTree(entry->path(), take_files);
    } else if (take_files) {
      files_.insert(entry->path());
    }
  }
}

void FileSync::ReadEvents() {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
  while (true) {
    const auto got = read(events_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += sizeof(inotify_event) + event->len;
      if ((event->mask & IN_Q_OVERFLOW) != 0) overflow_ = true;
      const auto folder = folders_.find(event->wd);
      if (folder == folders_.end()) continue;
      if ((event->mask & IN_IGNORED) != 0) {
        folders_.erase(folder);
        continue;
      }
      if (event->len == 0) continue;
      const auto path = folder->second / static_cast<const char*>(event->name);
      if ((event->mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
        files_.erase(path);
        failed_.erase(path);
      } else if ((event->mask & IN_ISDIR) != 0) {
        if ((event->mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
          parents_.insert(folder->second);
          WatchTree(path, true);
        }
      } else if ((event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
        files_.insert(path);
      }
    }
  }
}

Status FileSync::SyncNew() {
  const std::lock_guard lock(mutex_);
  ReadEvents();
  FIRN_CHECK(overflow_ || blind_ ? SyncAll() : SyncTaken());
  if (failed_.empty()) return {};
  // The kernel reports a lost write once; a second fsync would call it well. Only the end of
  // the file (its transaction rolls back) clears this.
  return Error{Code::kInternal,
               "New table data cannot be written to the disk. Check the disk and its free space; "
               "nothing was committed."};
}

Status FileSync::SyncTaken() {
  for (const auto& file : files_) {
    const auto done = SyncPath(file);
    if (!done && done.error().code != Code::kNotFound) {
      failed_.insert(file);
    } else if (done) {
      parents_.insert(file.parent_path());
    }
  }
  files_.clear();
  for (const auto& folder : parents_) {
    const auto done = SyncPath(folder);
    if (!done && done.error().code != Code::kNotFound) return Error(done.error());
  }
  parents_.clear();
  return {};
}

Status FileSync::SyncAll() {
  const UniqueFd fd(open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || syncfs(fd.get()) != 0) return SystemError("sync", root_);
  files_.clear();
  parents_.clear();
  if (overflow_) {
    overflow_ = false;
    blind_ = false;
    WatchTree(root_, false);
  }
  return {};
}

}  // namespace firn::engine
