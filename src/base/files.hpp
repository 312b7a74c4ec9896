#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace firn {

/// A file descriptor that is closed when this ends.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd();
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// The error of the last system call, as "open <path>: No such file or directory".
Error SystemError(std::string_view call, const std::filesystem::path& path);

Result<std::string> ReadFile(const std::filesystem::path& path);
/// The SHA-256 of a file's content, 32 raw bytes; read in parts.
Result<std::string> FileSha256(const std::filesystem::path& path);
/// Writes a temporary file beside it, syncs it, renames it over `path` and syncs the folder:
/// after a crash there is the old content or the new, never a part.
Status WriteFileDurably(const std::filesystem::path& path, std::string_view content,
                        unsigned mode = 0644);
/// fsync of a file or a folder.
Status SyncPath(const std::filesystem::path& path);
Status MakeFolders(const std::filesystem::path& path, unsigned mode = 0755);

}  // namespace firn
