#include <charconv>

#include "base/bytes.hpp"
#include "base/hmac.hpp"
#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"

namespace firn::doors {
namespace {

constexpr std::size_t kDigestBytes = 32;

struct Named {
  std::string query_id;
  std::size_t index = 0;
  std::string user;
  bool json = false;
};

/// "<query id> <index> <user>", a 'j' before the index for JSON, behind its signature. Anything
/// else is nothing.
std::optional<Named> Read(const SnowflakeServices& services, const std::string& token) {
  const auto bytes = Base64Decode(token);
  if (!bytes || bytes->size() < kDigestBytes) return std::nullopt;
  const auto text = bytes->substr(kDigestBytes);
  if (!EqualInConstantTime(HmacSha256(services.result_key, text),
                           std::string_view(*bytes).substr(0, kDigestBytes))) {
    return std::nullopt;
  }
  const auto first = text.find(' ');
  const auto second = text.find(' ', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  const bool json = text[first + 1] == 'j';
  Named out{text.substr(0, first), 0, text.substr(second + 1), json};
  std::from_chars(text.data() + first + (json ? 2 : 1), text.data() + second, out.index);
  return out;
}

}  // namespace

std::string ChunkUrl(const SnowflakeServices& services, const std::string& base_url,
                     const std::string& user, const std::string& query_id, std::size_t index,
                     bool json) {
  const auto text = query_id + (json ? " j" : " ") + std::to_string(index) + " " + user;
  return base_url + "/firn/result/" + Base64UrlEncode(HmacSha256(services.result_key, text) + text);
}

/// GET of a chunk: the address itself is the permission, as with a cloud's presigned ones.
void FetchChunk(SnowflakeServices& services, Call call) {
  const auto named = Read(services, call.part);
  if (!named) {
    call.responder->Respond(JsonResponse(403, R"({"message":"this address is not valid"})"));
    return;
  }
  const auto result = services.results.Find(named->query_id, named->user);
  if (!result || named->index >= (*result)->chunks.size()) {
    call.responder->Respond(
        JsonResponse(404, R"({"message":"this result has expired; run the query again"})"));
    return;
  }
  net::Response response;
  if (named->json) {
    auto rows = services.results.ReadJson(**result, named->index + 1);
    if (!rows) {
      call.responder->Respond(JsonResponse(500, R"({"message":"this chunk cannot be read"})"));
      return;
    }
    response.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    response.body = *std::move(rows);
    call.responder->Respond(std::move(response));
    return;
  }
  response.headers = {{"Content-Type", "application/vnd.apache.arrow.stream"}};
  response.file = net::FileBody{(*result)->chunks[named->index].file, 0, -1};
  response.compressible = false;
  call.responder->Respond(std::move(response));
}

}  // namespace firn::doors
