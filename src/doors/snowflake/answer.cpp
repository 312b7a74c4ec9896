#include "doors/snowflake/answer.hpp"

#include <boost/json.hpp>

#include <cstdlib>

namespace firn::doors {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeepestJson = 32;

net::Response Envelope(json::object envelope) {
  return JsonResponse(200, json::serialize(envelope));
}

}  // namespace

net::Response Success(json::object data) {
  return Envelope(
      {{"data", std::move(data)}, {"code", nullptr}, {"message", nullptr}, {"success", true}});
}

std::string WireCode(const Error& error) {
  int number = error.sql_number;
  if (number == 0) {
    switch (error.code) {
      case Code::kUnauthenticated: number = 390100; break;
      case Code::kDenied: number = 3001; break;
      case Code::kNotFound: number = 2003; break;
      case Code::kExists: number = 2002; break;
      case Code::kCancelled: number = 604; break;
      case Code::kTimeout: number = 630; break;
      case Code::kConflict: number = 625; break;
      case Code::kExhausted: number = 620; break;
      case Code::kUnavailable: number = 390001; break;
      case Code::kInternal: number = 603; break;
      case Code::kInvalid: number = 1007; break;
    }
  }
  auto text = std::to_string(number);
  return text.size() < 6 ? std::string(6 - text.size(), '0') + text : text;
}

std::string WireState(const Error& error) {
  if (!error.sql_state.empty()) return error.sql_state;
  switch (error.code) {
    case Code::kUnauthenticated: return "08001";
    case Code::kDenied: return "42501";
    case Code::kNotFound: return "02000";
    case Code::kExists: return "42710";
    case Code::kCancelled:
    case Code::kTimeout:
    case Code::kConflict: return "57014";
    case Code::kExhausted: return "53000";
    case Code::kUnavailable: return "08006";
    case Code::kInternal: return "XX000";
    case Code::kInvalid: return "42000";
  }
  return "42000";
}

net::Response Failure(const Error& error, json::object data) {
  const auto code = WireCode(error);
  data["errorCode"] = code;
  data["sqlState"] = WireState(error);
  data["internalError"] = error.code == Code::kInternal;
  return Envelope(
      {{"data", std::move(data)}, {"code", code}, {"message", error.message}, {"success", false}});
}

Result<json::object> ParseBody(const net::Request& request) {
  json::parse_options options;
  options.max_depth = kDeepestJson;
  boost::system::error_code failed;
  auto value = json::parse(request.body.empty() ? "{}" : request.body, failed, {}, options);
  if (failed || !value.is_object()) {
    return Error{Code::kInvalid, "the body of the request is not a JSON object"};
  }
  return std::move(value.as_object());
}

std::string TextAt(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return "";
  return std::string(value->as_string());
}

std::string_view TokenOf(const net::Request& request) {
  constexpr std::string_view kPrefix = "Snowflake Token=\"";
  auto header = request.header("authorization");
  if (!header.starts_with(kPrefix)) return {};
  header.remove_prefix(kPrefix.size());
  return header.substr(0, header.find('"'));
}

std::string BaseUrl(const net::Request& request) {
  return (request.tls ? "https://" : "http://") + std::string(request.header("host"));
}

json::array ClientParameters(const sessions::Parameters& parameters) {
  json::array out;
  for (const auto& info : sessions::KnownParameters()) {
    if (!info.sent_to_client) continue;
    const auto value = parameters.Get(info.name);
    json::value typed(value);
    if (info.type == sessions::ParameterInfo::Type::kBool) typed = value == "true";
    if (info.type == sessions::ParameterInfo::Type::kNumber) typed = std::atoll(value.c_str());
    out.push_back({{"name", info.name}, {"value", std::move(typed)}});
  }
  return out;
}

}  // namespace firn::doors
