#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/result.hpp"

namespace firn {

/// A child process with pipes to its standard streams. It is killed and reaped when this ends,
/// and by the kernel when this program dies.
class ChildProcess {
 public:
  /// `environment` is added to this program's own. stderr is inherited.
  static Result<ChildProcess> Start(const std::vector<std::string>& argv,
                                    const std::map<std::string, std::string>& environment);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int stdin_fd() const { return stdin_.get(); }
  [[nodiscard]] int stdout_fd() const { return stdout_.get(); }
  [[nodiscard]] bool running();
  void Kill();  ///< SIGKILL, and waits for it

 private:
  ChildProcess() = default;
  pid_t pid_ = -1;
  UniqueFd stdin_;
  UniqueFd stdout_;
};

}  // namespace firn
