#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "doors/router.hpp"
#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"
#include "net/request_reader.hpp"
#include "statements/bindings.hpp"

namespace firn::doors {
namespace {

constexpr std::int64_t kMaxHeaderBytes = 64 * 1024;
constexpr std::int64_t kMaxBodyBytes = 1 << 20;

/// The request in those bytes, its body gunzipped, as a handler gets it.
std::optional<net::Request> Receive(std::string_view bytes) {
  net::RequestReader reader(kMaxHeaderBytes);
  while (true) {
    const auto step = reader.Put(bytes);
    if (step.consumed > bytes.size()) std::abort();
    bytes.remove_prefix(step.consumed);
    if (step.state == net::RequestReader::State::kDone) break;
    if (step.state != net::RequestReader::State::kProgress) return std::nullopt;
  }
  auto request = std::move(reader.request());
  if (request.header("content-encoding") == "gzip") {
    auto plain = Gunzip(request.body, kMaxBodyBytes);
    if (!plain) return std::nullopt;
    request.body = *std::move(plain);
  }
  return request;
}

/// What a query request holds can be put into a statement.
void ReadQueryRequest(const net::Request& request) {
  const auto query = ReadQuery(request);
  if (!query) return;
  for (const auto& binding : query->bindings) {
    if (!binding.is_array && binding.values.size() != 1) std::abort();
    (void)statements::BindingSql(binding, "c1");
  }
}

void ReadLogin(const net::Request& request) {
  const auto body = ParseBody(request);
  if (!body) return;
  const auto* data = body->if_contains("data");
  if (data != nullptr && data->is_object()) (void)ReadCredentials(data->as_object(), request);
}

}  // namespace
}  // namespace firn::doors

/// What anybody on the network may send to the client door, from its bytes to the values that a
/// service gets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firn::doors;
  const auto request = Receive({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  (void)TokenOf(*request);
  (void)BaseUrl(*request);
  ReadQueryRequest(*request);
  ReadLogin(*request);
  return 0;
}
