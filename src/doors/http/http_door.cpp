#include "doors/http/http_door.hpp"

#include "doors/http/stage_files.hpp"

namespace firn::doors {
namespace {

net::Response Text(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

}  // namespace

std::vector<Route> HttpRoutes(HttpServices& services) {
  const auto with = [&services](void (*run)(HttpServices&, Call)) {
    return [&services, run](Call call) { run(services, std::move(call)); };
  };
  const auto upload_plan = [&services](const net::Request& head) {
    return PlanUpload(services, head);
  };
  return {
      {"GET", "/healthz", [](Call call) { call.responder->Respond(Text(200, "ok\n")); }, {}},
      {"GET",
       "/readyz",
       [&services](Call call) {
         const bool ready = services.ready();
         call.responder->Respond(ready ? Text(200, "ready\n") : Text(503, "starting\n"));
       },
       {}},
      {"GET",
       "/metrics",
       [&services](Call call) { call.responder->Respond(Text(200, services.metrics.Render())); },
       {}},
      {"PUT", "/firn/stage/*", with(PutStageFile), upload_plan},
      {"GET", "/firn/stage/*", with(GetStageFile), {}},
      {"HEAD", "/firn/stage/*", with(GetStageFile), {}},
  };
}

}  // namespace firn::doors
