#include "doors/router.hpp"

namespace firn::doors {
namespace {

bool Fits(std::string_view pattern, std::string_view path, std::string& part) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == path;
  const auto before = pattern.substr(0, star);
  const auto after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size()) return false;
  if (!path.starts_with(before) || !path.ends_with(after)) return false;
  part = path.substr(before.size(), path.size() - before.size() - after.size());
  return true;
}

}  // namespace

void Router::Handle(net::Request request, std::shared_ptr<net::Responder> responder) const {
  bool path_known = false;
  for (const auto& route : routes_) {
    std::string part;
    if (!Fits(route.path, request.path, part)) continue;
    path_known = true;
    if (route.method != "*" && route.method != request.method) continue;
    route.handle({std::move(request), std::move(part), std::move(responder)});
    return;
  }
  responder->Respond(
      path_known
          ? JsonResponse(
                405,
                R"({"code":"405","message":"this address does not take that method","success":false})")
          : JsonResponse(
                404,
                R"({"code":"404","message":"there is nothing at this address","success":false})"));
}

net::BodyPlan Router::Plan(const net::Request& head) const {
  for (const auto& route : routes_) {
    std::string part;
    if (!Fits(route.path, head.path, part)) continue;
    if (route.method != "*" && route.method != head.method) continue;
    return route.plan ? route.plan(head) : net::BodyPlan{kDefaultBodyBytes, std::nullopt};
  }
  return {0, std::nullopt};
}

net::Response JsonResponse(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}

}  // namespace firn::doors
