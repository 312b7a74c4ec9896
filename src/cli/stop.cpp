#include <boost/json.hpp>

#include <cstdio>

#include "cli/process.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {
namespace {

constexpr int kStopLimitS = 60;

}  // namespace

Ended RunStop(const Common& common) {
  FIRN_TRY(const bool stopped, StopDaemon(common.home, kStopLimitS));
  if (common.json) {
    std::printf("%s\n", boost::json::serialize(boost::json::object{{"stopped", stopped}}).c_str());
  } else {
    std::printf(stopped ? "Firn has stopped; its data is in %s.\n" : "No Firn runs in %s.\n",
                common.home.c_str());
  }
  return 0;
}

}  // namespace firn::cli
