#include "observe/log.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <mutex>

#include "base/files.hpp"
#include "observe/json_text.hpp"

namespace firn::observe {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

/// Keeps a write to a closed pipe from killing the program: the signal is held back on this
/// thread and taken off again.
class PipeSignalHeld {
 public:
  PipeSignalHeld() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  PipeSignalHeld(const PipeSignalHeld&) = delete;
  PipeSignalHeld& operator=(const PipeSignalHeld&) = delete;
  ~PipeSignalHeld() {
    const timespec now{};
    if (!was_pending_) {
      while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

std::string Line(Level level, std::string_view event, std::initializer_list<Field> fields) {
  std::string line = "{\"ts\":\"" + TimestampNow() + "\",\"level\":\"";
  line += kLevelNames.at(static_cast<std::size_t>(level));
  line += "\",\"event\":";
  AppendJsonString(line, event);
  AppendJsonFields(line, fields);
  line += "}\n";
  return line;
}

}  // namespace

struct Log::State {
  const std::string file;
  const Level least;
  const Rotation rotation;

  std::mutex mutex;
  UniqueFd fd;  // guarded by mutex, as all below
  std::int64_t size_bytes = 0;
  std::int64_t lost_lines = 0;
  bool line_is_torn = false;  // the last write stopped in the middle of a line

  bool Open() {
    if (file.empty() || fd) return true;
    fd = UniqueFd(open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (!fd) return false;
    struct stat facts {};
    size_bytes = fstat(fd.get(), &facts) == 0 ? facts.st_size : 0;
    return true;
  }

  void RotateIfDue(std::size_t next_bytes) {
    if (file.empty() || size_bytes == 0) return;
    if (size_bytes + static_cast<std::int64_t>(next_bytes) <= rotation.limit_bytes) return;
    for (int number = rotation.keep; number > 1; --number) {
      const auto from = file + '.' + std::to_string(number - 1);
      const auto to = file + '.' + std::to_string(number);
      std::rename(from.c_str(), to.c_str());
    }
    // When it cannot be set aside, the file grows on: better than losing lines.
    const auto aside = file + ".1";
    if (std::rename(file.c_str(), aside.c_str()) == 0) fd = UniqueFd();
  }

  bool WriteAll(std::string_view bytes) {
    const int to = file.empty() ? STDERR_FILENO : fd.get();
    while (!bytes.empty()) {
      const auto count = write(to, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      size_bytes += count;
      bytes.remove_prefix(static_cast<std::size_t>(count));
      line_is_torn = !bytes.empty();
    }
    return true;
  }

  bool WriteLine(std::string_view line) {
    if (!Open()) return false;
    RotateIfDue(line.size());
    if (!Open()) return false;
    if (line_is_torn && !WriteAll("\n")) return false;
    if (lost_lines > 0) {
      if (!WriteAll(Line(Level::kError, "log.lost", {{"lines", lost_lines}}))) return false;
      lost_lines = 0;
    }
    return WriteAll(line);
  }
};

Log::Log(std::string file, Level least, Rotation rotation)
    : state_(new State{
          .file = std::move(file), .least = least, .rotation = rotation, .mutex = {}, .fd = {}}) {}

Log::~Log() = default;

void Log::Write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < state_->least) return;
  const auto line = Line(level, event, fields);
  const PipeSignalHeld held;
  // Written under the lock: rotation and lines must not cross.
  const std::lock_guard lock(state_->mutex);
  if (!state_->WriteLine(line)) ++state_->lost_lines;
}

void Log::Debug(std::string_view event, std::initializer_list<Field> fields) {
  Write(Level::kDebug, event, fields);
}
void Log::Info(std::string_view event, std::initializer_list<Field> fields) {
  Write(Level::kInfo, event, fields);
}
void Log::Warn(std::string_view event, std::initializer_list<Field> fields) {
  Write(Level::kWarn, event, fields);
}
void Log::Error(std::string_view event, std::initializer_list<Field> fields) {
  Write(Level::kError, event, fields);
}

namespace {

std::unique_ptr<Log>& Installed() {
  static auto log = std::make_unique<Log>("", Level::kWarn);
  return log;
}

}  // namespace

Log& Logger() { return *Installed(); }

void Install(std::string file, Level least) {
  Installed() = std::make_unique<Log>(std::move(file), least);
}

}  // namespace firn::observe
