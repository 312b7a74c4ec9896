#include <sys/statfs.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.hpp"
#include "cli/checks.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;
using State = Check::State;

constexpr long kCgroup2Magic = 0x63677270;

/// Where a program is, among the usual folders.
std::string FindProgram(const std::string& name) {
  for (const auto* folder :
       {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}) {
    const auto path = std::string(folder) + "/" + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

Check Program(std::string capability, const std::string& name, std::string remedy) {
  const auto path = FindProgram(name);
  const bool good = !path.empty();
  return {std::move(capability), name, good ? State::kGood : State::kMissing,
          good ? path : "not found", good ? "" : std::move(remedy)};
}

long NumberIn(const fs::path& file, long otherwise) {
  const auto text = ReadFile(file);
  return text ? std::atol(text->c_str()) : otherwise;
}

Check Cgroups() {
  struct statfs info {};
  Check out{"containers", "cgroups", State::kMissing, "not mounted",
            "boot with cgroups (systemd does); limits of containers need them"};
  if (statfs("/sys/fs/cgroup", &info) != 0) return out;
  std::error_code failed;
  if (static_cast<long>(info.f_type) == kCgroup2Magic) {
    out.found = "version 2";
  } else if (fs::exists("/sys/fs/cgroup/memory", failed)) {
    out.found = "version 1";
  } else {
    return out;
  }
  const bool writable = access("/sys/fs/cgroup", W_OK) == 0;
  out.state = writable ? State::kGood : State::kWarning;
  out.found += writable ? ", writable" : ", not writable by you";
  out.remedy = writable ? "" : "run as root, or let systemd delegate a subtree to your user";
  return out;
}

Check UserNamespaces() {
  const bool allowed = NumberIn("/proc/sys/user/max_user_namespaces", 0) > 0 &&
                       NumberIn("/proc/sys/kernel/unprivileged_userns_clone", 1) > 0;
  const bool good = allowed || geteuid() == 0;
  return {"containers", "user namespaces", good ? State::kGood : State::kMissing,
          allowed ? "allowed" : "switched off",
          good ? "" : "sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000"};
}

Check Veth() {
  std::error_code failed;
  const bool good = fs::exists("/sys/module/veth", failed) || geteuid() == 0;
  return {
      "containers", "veth pairs", good ? State::kGood : State::kWarning,
      fs::exists("/sys/module/veth", failed) ? "the module is loaded" : "the module is not loaded",
      good ? "" : "modprobe veth (training over several instances needs it)"};
}

}  // namespace

std::vector<Check> CheckContainers() {
  return {Cgroups(), UserNamespaces(), Program("containers", "runc", "apt-get install runc"),
          Program("containers", "ip", "apt-get install iproute2"), Veth()};
}

std::vector<Check> CheckGpu() {
  const auto version = ReadFile("/proc/driver/nvidia/version");
  const bool device = access("/dev/nvidia0", R_OK) == 0;
  const bool good = version && device;
  std::string found = "no GPU driver; everything else works without";
  if (version) found = version->substr(0, version->find('\n'));
  return {{"gpu", "NVIDIA driver", good ? State::kGood : State::kWarning, std::move(found),
           good ? "" : "for GPU pools install NVIDIA's driver; /dev/nvidia0 must be readable"}};
}

}  // namespace firn::cli
