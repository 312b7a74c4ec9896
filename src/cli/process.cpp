#include "cli/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/files.hpp"

namespace firn::cli {
namespace {

/// Whether the process is a `firn up`, by its own words.
bool IsFirn(pid_t pid) {
  const auto words = ReadFile("/proc/" + std::to_string(pid) + "/cmdline");
  if (!words) return false;
  const auto end = words->find('\0');
  const std::filesystem::path program = words->substr(0, end);
  const std::string rest = end == std::string::npos ? "" : words->substr(end);
  return program.filename() == "firn" && rest.find(std::string("\0up\0", 4)) != std::string::npos;
}

}  // namespace

Result<std::optional<pid_t>> FindDaemon(const std::filesystem::path& home) {
  const auto file = home / "lock";
  const UniqueFd lock(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!lock) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<pid_t>();
    return SystemError("open", file);
  }
  if (flock(lock.get(), LOCK_SH | LOCK_NB) == 0) return std::optional<pid_t>();
  if (errno != EWOULDBLOCK) return SystemError("flock", file);
  FIRN_TRY(const auto text, ReadFile(file));
  const auto pid = static_cast<pid_t>(std::atoi(text.c_str()));
  if (pid <= 1) {
    return Error{Code::kConflict, "a process holds " + file.string() + ", which names none"};
  }
  return std::optional<pid_t>(pid);
}

Result<bool> StopDaemon(const std::filesystem::path& home, int limit_s) {
  FIRN_TRY(const auto pid, FindDaemon(home));
  if (!pid) return false;
  // A descriptor of the process: its number cannot come to mean another one meanwhile.
  const UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, *pid, 0)));
  const auto text = std::to_string(*pid);
  if (!process || !IsFirn(*pid)) {
    return Error{Code::kConflict, "process " + text + " holds " + home.string() +
                                      " but is no `firn up`; look at it "
                                      "and end it yourself"};
  }
  if (syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0) != 0) {
    if (errno == ESRCH) return true;
    return Error{Code::kDenied, "you may not stop Firn, process " + text};
  }
  pollfd gone{process.get(), POLLIN, 0};
  int answer = 0;
  do {
    answer = poll(&gone, 1, limit_s * 1000);
  } while (answer < 0 && errno == EINTR);
  if (answer == 1) return true;
  return Error{Code::kTimeout, "Firn (process " + text + ") did not stop in " +
                                   std::to_string(limit_s) + " s; its log is " +
                                   (home / "logs" / "firn.log").string()};
}

}  // namespace firn::cli
