#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.hpp"

namespace firn::doors {

/// A request, what its path's `*` stood for, and the way to answer.
struct Call {
  net::Request request;
  std::string part;  ///< what `*` matched
  std::shared_ptr<net::Responder> responder;
};

/// One address: a method ("*": any), a path with at most one `*` (which matches one or more
/// characters, '/' too), and what answers.
struct Route {
  std::string_view method;
  std::string_view path;
  std::function<void(Call)> handle;
  std::function<net::BodyPlan(const net::Request& head)> plan;  ///< empty: kDefaultBodyBytes
};

inline constexpr std::int64_t kDefaultBodyBytes = 64LL << 20;

/// Finds the first route that fits; 404 and 405 in JSON else.
class Router {
 public:
  explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}
  void Handle(net::Request request, std::shared_ptr<net::Responder> responder) const;
  [[nodiscard]] net::BodyPlan Plan(const net::Request& head) const;

 private:
  const std::vector<Route> routes_;
};

net::Response JsonResponse(int status, std::string body);

}  // namespace firn::doors
