#include "doors/snowflake/snowflake_door.hpp"

#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"

namespace firn::doors {
namespace {

constexpr std::int64_t kLoginBytes = 1 << 20;
/// Bulk inserts send their values in the request.
constexpr std::int64_t kQueryBytes = 512LL << 20;

net::BodyPlan LoginPlan(const net::Request&) { return {kLoginBytes, std::nullopt}; }
net::BodyPlan QueryPlan(const net::Request&) { return {kQueryBytes, std::nullopt}; }

}  // namespace

std::vector<Route> SnowflakeRoutes(SnowflakeServices& services) {
  const auto with = [&services](void (*run)(SnowflakeServices&, Call)) {
    return [&services, run](Call call) { run(services, std::move(call)); };
  };
  const auto ignore = [](Call call) { call.responder->Respond(Success({})); };
  return {
      {"POST", "/queries/v1/query-request", with(RunQueryRequest), QueryPlan},
      {"POST", "/queries/v1/abort-request", with(AbortRequest), LoginPlan},
      {"GET", "/queries/*/result", with(FetchResult), {}},
      {"POST", "/queries/*/abort-request", with(AbortQuery), LoginPlan},
      {"GET", "/monitoring/queries/*", with(MonitorQuery), {}},
      {"GET", "/firn/result/*", with(FetchChunk), {}},
      {"POST", "/session/v1/login-request", with(Login), LoginPlan},
      {"POST", "/session/token-request", with(RenewToken), LoginPlan},
      {"POST", "/session/heartbeat", with(Heartbeat), LoginPlan},
      {"POST", "/session", with(EndSession), LoginPlan},
      // Counted for nobody: a client's telemetry stays on the machine and is dropped.
      {"POST", "/telemetry/send", ignore, {}},
      {"POST", "/telemetry/send/sessionless", ignore, {}},
  };
}

}  // namespace firn::doors
