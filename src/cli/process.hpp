#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "base/result.hpp"

namespace firn::cli {

/// The daemon that holds the home's lock, if there is one. Errors: of the system.
Result<std::optional<pid_t>> FindDaemon(const std::filesystem::path& home);

/// SIGTERM, and waits until the process is gone and the lock is free. False: none was running.
/// Errors: kTimeout, kDenied, kConflict when the process of that number is no firn.
Result<bool> StopDaemon(const std::filesystem::path& home, int limit_s);

}  // namespace firn::cli
