#include "doors/router.hpp"

#include <doctest/doctest.h>

#include <optional>

namespace firn::doors {
namespace {

class Answer final : public net::Responder {
 public:
  void Respond(net::Response response) override { given = std::move(response); }
  [[nodiscard]] bool gone() const override { return false; }
  void OnGone(std::function<void()>) override {}
  std::optional<net::Response> given;
};

net::Request Ask(std::string method, std::string path) {
  net::Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

}  // namespace

TEST_CASE("router: a star takes what stands between, and the first route that fits answers") {
  std::string part;
  const auto take = [&part](Call call) {
    part = call.part;
    call.responder->Respond({});
  };
  const Router router({{"POST", "/queries/v1/abort-request", take, {}},
                       {"POST", "/queries/*/abort-request", take, {}}});
  const auto answer = std::make_shared<Answer>();
  router.Handle(Ask("POST", "/queries/0abc/abort-request"), answer);
  CHECK(part == "0abc");
  router.Handle(Ask("POST", "/queries/v1/abort-request"), answer);
  CHECK(part.empty());
}

TEST_CASE("router: an unknown address is 404, a wrong method 405, and neither may send a body") {
  const Router router({{"GET", "/healthz", [](Call) {}, {}}});
  const auto answer = std::make_shared<Answer>();
  router.Handle(Ask("GET", "/nothing"), answer);
  CHECK(answer->given->status == 404);
  router.Handle(Ask("POST", "/healthz"), answer);
  CHECK(answer->given->status == 405);
  CHECK(router.Plan(Ask("POST", "/nothing")).max_bytes == 0);
  CHECK(router.Plan(Ask("GET", "/healthz")).max_bytes == kDefaultBodyBytes);
}

}  // namespace firn::doors
