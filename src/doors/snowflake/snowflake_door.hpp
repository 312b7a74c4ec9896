#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/access_service.hpp"
#include "base/clock.hpp"
#include "catalog/catalog_service.hpp"
#include "doors/router.hpp"
#include "doors/timer.hpp"
#include "queries/query_service.hpp"
#include "sessions/session_service.hpp"

namespace firn::doors {

/// What the client protocol calls.
struct SnowflakeServices {
  access::AccessService& access;
  sessions::SessionService& sessions;
  catalog::CatalogService& catalog;
  queries::QueryService& queries;
  results::ResultStore& results;
  Timer& timer;
  const Clock& clock;
  std::function<Status(sessions::Session&)> end_session;  ///< takes back what a session holds
  std::string result_key;                                 ///< signs the addresses of result chunks
  int long_poll_s = 45;
};

/// The protocol that the Snowflake clients speak: one file an address. Every answer is HTTP 200
/// with {data, code, message, success}, since clients try again for minutes after a 500.
std::vector<Route> SnowflakeRoutes(SnowflakeServices& services);

}  // namespace firn::doors
