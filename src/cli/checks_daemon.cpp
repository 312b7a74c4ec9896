#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.hpp"
#include "cli/checks.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "cli/settings.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;
using State = Check::State;

constexpr std::int64_t kNeededDisk = 5'000'000'000;
constexpr std::int64_t kNeededMemory = 2'000'000'000;
constexpr std::uint16_t kUsualPort = 8484;

Check Disk(fs::path place) {
  std::error_code failed;
  while (!fs::exists(place, failed) && place.has_relative_path()) place = place.parent_path();
  struct statvfs disk {};
  Check out{"daemon", "disk space", State::kWarning, "unknown", "look at it with df"};
  if (statvfs(place.c_str(), &disk) != 0) return out;
  const auto free =
      static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
  const auto total =
      static_cast<std::int64_t>(disk.f_blocks) * static_cast<std::int64_t>(disk.f_frsize);
  const auto used_percent = total == 0 ? 0 : 100 - 100 * free / total;
  out.found = BytesText(free) + " free at " + place.string() + ", " + std::to_string(used_percent) +
              "% used";
  out.state = used_percent >= 95                         ? State::kMissing
              : free < kNeededDisk || used_percent >= 85 ? State::kWarning
                                                         : State::kGood;
  out.remedy = out.state == State::kGood
                   ? ""
                   : "free some, or use --home on a larger disk; writes stop when it is 95% full";
  return out;
}

Check Memory() {
  struct sysinfo info {};
  sysinfo(&info);
  const auto total = static_cast<std::int64_t>(info.totalram) * info.mem_unit;
  const bool good = total >= kNeededMemory;
  return {"daemon", "memory", good ? State::kGood : State::kWarning, BytesText(total),
          good ? "" : "queries over large tables will spill to disk early; 2 GB is the least"};
}

/// A place that the daemon was built with, or that its environment names; see `firn up`.
Check Python(const fs::path& home) {
  const auto daemon = FindDaemon(home);
  if (daemon && *daemon) {
    return {"daemon", "dialect translator", State::kGood, "runs with the daemon", ""};
  }
  const char* named = std::getenv("FIRN_PYTHON");
  const fs::path python = named != nullptr && *named != '\0' ? named : FIRN_DEFAULT_PYTHON;
  const bool good = access(python.c_str(), X_OK) == 0;
  return {"daemon", "dialect translator", good ? State::kGood : State::kMissing,
          good ? python.string() : "no " + python.string(),
          good ? "" : "run `make setup`, or set FIRN_PYTHON to a python that has sqlglot"};
}

Check Port(const fs::path& home) {
  if (const auto endpoint = ReadEndpoint(home)) {
    return {"daemon", "address", State::kGood, endpoint->url, ""};
  }
  const UniqueFd probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kUsualPort);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool good =
      bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return {"daemon", "port 8484", good ? State::kGood : State::kWarning, good ? "free" : "in use",
          good ? "" : "start with --listen 127.0.0.1:0 for any free port"};
}

Check Home(const fs::path& home) {
  std::error_code failed;
  fs::path place = home;
  while (!fs::exists(place, failed) && place.has_relative_path()) place = place.parent_path();
  const bool good = access(place.c_str(), W_OK) == 0;
  return {"daemon", "home", good ? State::kGood : State::kMissing, home.string(),
          good ? "" : "you may not write there; use --home or $FIRN_HOME"};
}

Check Clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  // Before this was written means a clock that nobody has set; tokens and certificates need one.
  constexpr time_t kThisWasWritten = 1'767'225'600;
  const bool good = now.tv_sec > kThisWasWritten;
  return {"other machines", "clock", good ? State::kGood : State::kMissing, good ? "set" : "behind",
          good ? "" : "set it, for example with systemd-timesyncd"};
}

Check Certificate(const fs::path& home) {
  std::error_code failed;
  const bool there = fs::exists(home / "secrets" / "ca.pem", failed);
  return {"other machines", "certificate", State::kGood,
          there ? (home / "secrets" / "ca.pem").string()
                : "made when `firn up --listen` names an address beyond loopback",
          ""};
}

}  // namespace

std::vector<Check> CheckDaemon(const fs::path& home) {
  return {Home(home), Disk(home), Memory(), Python(home), Port(home), Clock(), Certificate(home)};
}

}  // namespace firn::cli
