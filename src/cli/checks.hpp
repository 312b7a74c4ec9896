#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace firn::cli {

/// One thing that a capability of Firn needs from the machine.
struct Check {
  enum class State { kGood, kWarning, kMissing };
  std::string capability;  ///< "daemon", "containers", "gpu", "other machines"
  std::string what;
  State state = State::kGood;
  std::string found;
  std::string remedy;  ///< empty when good
};

/// Looks, changes nothing, never fails.
std::vector<Check> CheckDaemon(const std::filesystem::path& home);  // checks_daemon.cpp
std::vector<Check> CheckContainers();                               // checks_containers.cpp
std::vector<Check> CheckGpu();                                      // checks_containers.cpp

}  // namespace firn::cli
