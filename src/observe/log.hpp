#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace firn::observe {

enum class Level { kDebug, kInfo, kWarn, kError };

/// A value in a log line; never a secret.
using Field =
    std::pair<std::string_view, std::variant<std::string_view, std::int64_t, double, bool>>;

/// When a log file is set aside: `firn.log` becomes `firn.log.1`, and so on up to `.keep`.
struct Rotation {
  std::int64_t limit_bytes = std::int64_t{64} << 20;
  int keep = 5;
};

/// Structured logs: one line an event, `{"ts":…,"level":"info","event":"job.started",…}`, to a
/// file in <home>/logs (rotated by size, kept by number) or to stderr. Thread-safe.
///
/// A line that cannot be written (full disk, closed pipe) is counted and the program goes on; the
/// next line that can be written is preceded by a `log.lost` event with the count.
class Log {
 public:
  /// `file` empty: stderr.
  Log(std::string file, Level least, Rotation rotation = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  void Write(Level level, std::string_view event, std::initializer_list<Field> fields);
  void Debug(std::string_view event, std::initializer_list<Field> fields = {});
  void Info(std::string_view event, std::initializer_list<Field> fields = {});
  void Warn(std::string_view event, std::initializer_list<Field> fields = {});
  void Error(std::string_view event, std::initializer_list<Field> fields = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The process's log. Before Install it writes to stderr from kWarn up.
Log& Logger();
/// Called once by main before any thread starts.
void Install(std::string file, Level least);

}  // namespace firn::observe
