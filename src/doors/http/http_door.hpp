#pragma once

#include <functional>
#include <string>
#include <vector>

#include "doors/router.hpp"
#include "observe/metrics.hpp"
#include "stages/stage_service.hpp"

namespace firn::doors {

struct HttpServices {
  stages::StageService& stages;
  observe::Metrics& metrics;
  std::function<bool()> ready;
  std::function<Status()> may_write;
  std::int64_t largest_upload_bytes = 1LL << 40;
};

/// Files of stages by presigned address, health, metrics.
std::vector<Route> HttpRoutes(HttpServices& services);

}  // namespace firn::doors
