#include "net/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace firn::net {

Result<std::unique_ptr<Spool>> Spool::Create(std::filesystem::path path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return SystemError("open", path);
  return std::unique_ptr<Spool>(new Spool(std::move(path), std::move(file)));
}

Spool::~Spool() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Status Spool::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::filesystem::path Spool::Release() {
  file_ = UniqueFd();
  return std::exchange(path_, {});
}

}  // namespace firn::net
