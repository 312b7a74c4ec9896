#include <boost/json.hpp>

#include <cstdio>

#include "cli/checks.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {
namespace {

namespace json = boost::json;

std::string_view StateName(Check::State state) {
  switch (state) {
    case Check::State::kGood: return "ok";
    case Check::State::kWarning: return "warning";
    case Check::State::kMissing: return "missing";
  }
  return "missing";
}

}  // namespace

Ended RunDoctor(const Common& common) {
  auto checks = CheckDaemon(common.home);
  for (auto& check : CheckContainers()) checks.push_back(std::move(check));
  for (auto& check : CheckGpu()) checks.push_back(std::move(check));
  if (common.json) {
    json::array out;
    for (const auto& check : checks) {
      out.push_back({{"capability", check.capability},
                     {"what", check.what},
                     {"state", StateName(check.state)},
                     {"found", check.found},
                     {"remedy", check.remedy}});
    }
    std::printf("%s\n", json::serialize(out).c_str());
    return 0;
  }
  int wrong = 0;
  std::string capability;
  for (const auto& check : checks) {
    if (check.capability != capability) {
      capability = check.capability;
      std::printf("%s\n", capability.c_str());
    }
    std::printf("  %-8s %-20s %s\n", std::string(StateName(check.state)).c_str(),
                check.what.c_str(), check.found.c_str());
    if (check.state == Check::State::kGood) continue;
    ++wrong;
    std::printf("           -> %s\n", check.remedy.c_str());
  }
  std::printf(wrong == 0 ? "Nothing is missing.\n" : "%d to look at.\n", wrong);
  return 0;
}

}  // namespace firn::cli
