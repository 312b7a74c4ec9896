#include <boost/json.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "base/files.hpp"
#include "cli/process.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kStopLimitS = 60;
/// What a stopped daemon has no more use for.
constexpr const char* kPassing[] = {"run", "results", "cache", "spill", "lock"};

/// Only what Firn made is ever removed whole.
Status CheckIsHome(const fs::path& home) {
  std::error_code failed;
  if (fs::exists(home / "VERSION", failed) && fs::exists(home / "secrets", failed)) return {};
  return Error{Code::kInvalid, home.string() +
                                   " is not a home of Firn (it has no VERSION and secrets); "
                                   "nothing was removed"};
}

Status CheckNoMounts(const fs::path& home) {
  std::ifstream mounts("/proc/self/mounts");
  std::string device;
  std::string place;
  std::string rest;
  while (mounts >> device >> place && std::getline(mounts, rest)) {
    if (place.starts_with(home.string() + "/")) {
      return Error{Code::kConflict, "something is mounted at " + place +
                                        "; unmount it first, so that nothing else is removed"};
    }
  }
  return {};
}

bool Confirm(const fs::path& home) {
  std::fprintf(stderr,
               "This removes %s with all tables, stages, users and keys. Type yes: ", home.c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

}  // namespace

Ended RunUninstall(const Common& common, const UninstallOptions& options) {
  const auto& home = common.home;
  std::error_code failed;
  std::vector<std::string> removed;
  bool stopped = false;
  if (fs::exists(home, failed)) {
    FIRN_CHECK(CheckIsHome(home));
    FIRN_CHECK(CheckNoMounts(home));
    if (options.purge && !options.yes && !Confirm(home)) {
      return Error{Code::kCancelled, "nothing was removed; answer yes, or say --yes"};
    }
    FIRN_TRY(stopped, StopDaemon(home, kStopLimitS));
    if (options.purge) {
      fs::remove_all(home, failed);
      removed.push_back(home.string());
    } else {
      for (const auto* name : kPassing) {
        if (fs::remove_all(home / name, failed) > 0) removed.push_back((home / name).string());
        if (failed) break;
      }
    }
    if (failed) return Error{Code::kDenied, "remove " + home.string() + ": " + failed.message()};
  }
  if (common.json) {
    const json::object out{{"stopped", stopped},
                           {"removed", json::array(removed.begin(), removed.end())},
                           {"purged", options.purge}};
    std::printf("%s\n", json::serialize(out).c_str());
    return 0;
  }
  std::printf(stopped ? "Firn has been stopped.\n" : "No Firn was running.\n");
  for (const auto& path : removed) std::printf("removed %s\n", path.c_str());
  if (!options.purge && fs::exists(home, failed)) {
    std::printf("The data is still in %s; --purge removes it too.\n", home.c_str());
  }
  std::printf("Nothing of Firn is left outside its home but the program itself.\n");
  return 0;
}

}  // namespace firn::cli
