#include <boost/json.hpp>

#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"

namespace firn::doors {
namespace {

namespace json = boost::json;

std::string_view StateName(queries::State state) {
  switch (state) {
    case queries::State::kQueued: return "QUEUED";
    case queries::State::kRunning: return "RUNNING";
    case queries::State::kSucceeded: return "SUCCESS";
    case queries::State::kFailed: return "FAILED_WITH_ERROR";
  }
  return "RUNNING";
}

json::object Status(const std::string& id, std::string_view state, const std::string& code,
                    const std::string& message) {
  json::object query{{"id", id}, {"status", state}};
  if (!message.empty()) {
    query["errorCode"] = code;
    query["errorMessage"] = message;
  }
  return {{"queries", json::array{std::move(query)}}};
}

}  // namespace

void AbortQuery(SnowflakeServices& services, Call call) {
  const auto session = SessionOf(services, call.request);
  if (!session) {
    call.responder->Respond(Failure(session.error()));
    return;
  }
  const auto cancelled = services.queries.Cancel(call.part, (*session)->State().principal.user);
  call.responder->Respond(cancelled ? Success({}) : Failure(cancelled.error()));
}

/// POST /queries/v1/abort-request with {"sqlText", "requestId"}: by the id of the request.
void AbortRequest(SnowflakeServices& services, Call call) {
  const auto session = SessionOf(services, call.request);
  const auto body = ParseBody(call.request);
  if (!session || !body) {
    call.responder->Respond(Failure(session ? body.error() : session.error()));
    return;
  }
  const auto cancelled =
      services.queries.CancelRequest(TextAt(*body, "requestId"), (*session)->id());
  call.responder->Respond(cancelled ? Success({}) : Failure(cancelled.error()));
}

void MonitorQuery(SnowflakeServices& services, Call call) {
  // Connectors from 5 on ask for /monitoring/queries//<id>.
  if (call.part.starts_with('/')) call.part.erase(0, 1);
  const auto session = SessionOf(services, call.request);
  if (!session) {
    call.responder->Respond(Failure(session.error()));
    return;
  }
  const auto user = (*session)->State().principal.user;
  if (const auto query = services.queries.Find(call.part, user)) {
    const auto result = query->result();
    const bool failed = result && !*result;
    call.responder->Respond(Success(Status(query->id, StateName(query->state()),
                                           failed ? WireCode(result->error()) : "",
                                           failed ? result->error().message : "")));
    return;
  }
  const auto entry = services.queries.history().Find(call.part, user);
  if (!entry) {
    // Clients poll an unknown id for ever; one that cannot be found has failed.
    call.responder->Respond(Success(
        Status(call.part, "FAILED_WITH_ERROR", WireCode(entry.error()), entry.error().message)));
    return;
  }
  call.responder->Respond(Success(
      Status(entry->id, entry->state, std::to_string(entry->error_number), entry->error_message)));
}

}  // namespace firn::doors
