#include "base/files.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

namespace firn {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

UniqueFd::~UniqueFd() {
  if (fd_ >= 0) close(fd_);
}

Error SystemError(std::string_view call, const std::filesystem::path& path) {
  const int number = errno;
  auto code = Code::kInternal;
  if (number == ENOENT) code = Code::kNotFound;
  if (number == EEXIST) code = Code::kExists;
  if (number == EACCES || number == EPERM) code = Code::kDenied;
  if (number == ENOSPC || number == EDQUOT || number == EMFILE) code = Code::kExhausted;
  return Error{code, std::string(call) + " " + path.string() + ": " +
                         std::system_category().message(number)};
}

Result<std::string> ReadFile(const std::filesystem::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return SystemError("open", path);
  std::string content;
  std::array<char, 64 * 1024> block;
  while (true) {
    const auto got = read(fd.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path);
    if (got == 0) return content;
    content.append(block.data(), static_cast<std::size_t>(got));
  }
}

Result<std::string> FileSha256(const std::filesystem::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return SystemError("open", path);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::vector<char> block(1 << 20);
  while (true) {
    const auto got = read(fd.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path);
    if (got == 0) break;
    EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(got));
  }
  std::string digest(32, '\0');
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &length);
  return digest;
}

Status WriteFileDurably(const std::filesystem::path& path, std::string_view content,
                        unsigned mode) {
  static std::atomic<unsigned> counter{0};
  auto temporary = path;
  temporary += "." + std::to_string(getpid()) + "." + std::to_string(++counter) + ".tmp";
  {
    const UniqueFd fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) return SystemError("create", temporary);
    auto rest = content;
    while (!rest.empty()) {
      const auto put = write(fd.get(), rest.data(), rest.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) {
        auto error = SystemError("write", temporary);
        unlink(temporary.c_str());
        return error;
      }
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    if (fsync(fd.get()) != 0) {
      auto error = SystemError("sync", temporary);
      unlink(temporary.c_str());
      return error;
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    auto error = SystemError("rename", path);
    unlink(temporary.c_str());
    return error;
  }
  return SyncPath(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Status SyncPath(const std::filesystem::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return SystemError("open", path);
  if (fsync(fd.get()) != 0) return SystemError("sync", path);
  return {};
}

Status MakeFolders(const std::filesystem::path& path, unsigned mode) {
  std::filesystem::path made;
  for (const auto& part : path) {
    made /= part;
    if (mkdir(made.c_str(), mode) != 0 && errno != EEXIST) return SystemError("create", made);
  }
  return {};
}

}  // namespace firn
