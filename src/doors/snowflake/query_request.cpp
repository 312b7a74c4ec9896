#include <boost/json.hpp>

#include <algorithm>

#include "base/names.hpp"
#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"

namespace firn::doors {
namespace {

namespace json = boost::json;

std::optional<std::string> ValueText(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return json::serialize(value);
}

/// One value with its type; a value is a text, null, or an array of these.
statements::Binding ReadBinding(const json::object& object) {
  statements::Binding binding;
  binding.type = UpperCase(TextAt(object, "type"));
  const auto* value = object.if_contains("value");
  if (value != nullptr && value->is_array()) {
    binding.is_array = true;
    for (const auto& item : value->as_array()) binding.values.push_back(ValueText(item));
  } else {
    binding.values.push_back(value == nullptr ? std::nullopt : ValueText(*value));
  }
  return binding;
}

/// {"1": {"type": "FIXED", "value": "1"}, …}, or by names for `:name`; not both.
Result<std::vector<statements::Binding>> ReadBindings(const json::object& body) {
  std::vector<statements::Binding> out;
  const auto* given = body.if_contains("bindings");
  if (given == nullptr || given->is_null()) return out;
  if (!given->is_object()) return Error{Code::kInvalid, "the bindings are not a JSON object"};
  const auto& bindings = given->as_object();
  const bool named = std::none_of(bindings.begin(), bindings.end(), [](const auto& entry) {
    return entry.key().empty() || (entry.key()[0] >= '0' && entry.key()[0] <= '9');
  });
  for (std::size_t i = 1; named && i <= bindings.size(); ++i) {
    const auto& entry = *(bindings.begin() + (i - 1));
    if (!entry.value().is_object()) continue;
    out.push_back(ReadBinding(entry.value().as_object()));
    out.back().name = entry.key();
  }
  for (std::size_t i = 1; !named && i <= bindings.size(); ++i) {
    const auto* entry = bindings.if_contains(std::to_string(i));
    if (entry == nullptr || !entry->is_object()) {
      return SqlError(Code::kInvalid, 2049, "42601",
                      "SQL compilation error:\nbind variable " + std::to_string(i) +
                          " is not set; variables are numbered from 1 without a gap.");
    }
    out.push_back(ReadBinding(entry->as_object()));
  }
  return out;
}

bool FlagAt(const json::object& body, std::string_view key) {
  const auto* value = body.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

}  // namespace

Result<queries::Request> ReadQuery(const net::Request& request) {
  queries::Request out;
  FIRN_TRY(const auto body, ParseBody(request));
  out.request_id = std::string(request.parameter("requestId"));
  out.text = TextAt(body, "sqlText");
  FIRN_TRY(out.bindings, ReadBindings(body));
  out.bind_stage = TextAt(body, "bindStage");
  out.describe_only = FlagAt(body, "describeOnly");
  out.is_async = FlagAt(body, "asyncExec");
  out.base_url = BaseUrl(request);
  if (const auto* parameters = body.if_contains("parameters");
      parameters != nullptr && parameters->is_object()) {
    for (const auto& [name, value] : parameters->as_object()) {
      if (const auto text = ValueText(value)) out.parameters[UpperCase(name)] = *text;
    }
  }
  return out;
}

void RunQueryRequest(SnowflakeServices& services, Call call) {
  auto request = [&]() -> Result<queries::Request> {
    FIRN_TRY(auto session, SessionOf(services, call.request));
    FIRN_TRY(auto read, ReadQuery(call.request));
    read.session = std::move(session);
    return read;
  }();
  if (!request) {
    call.responder->Respond(Failure(request.error()));
    return;
  }
  const bool is_async = request->is_async;
  auto query = services.queries.Submit(*std::move(request));
  if (!query) {
    call.responder->Respond(Failure(query.error()));
    return;
  }
  if (is_async) {
    const auto& id = (*query)->id;
    call.responder->Respond(JsonResponse(
        200, json::serialize(json::object{{"data",
                                           {{"queryId", id},
                                            {"getResultUrl", "/queries/" + id + "/result"},
                                            {"queryAbortsAfterSecs", 0},
                                            {"progressDesc", nullptr}}},
                                          {"code", "333334"},
                                          {"message", nullptr},
                                          {"success", true}})));
    return;
  }
  // A client that went away does not want the answer; what it asked for is ended. One that only
  // sends its request again finds the query by the request's id.
  call.responder->OnGone([gone = std::weak_ptr(*query)] {
    if (const auto left = gone.lock(); left && !left->done()) left->Cancel();
  });
  AnswerWhenDone(services, *query, std::move(call));
}

}  // namespace firn::doors
