#include <boost/json.hpp>

#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"
#include "observe/log.hpp"

namespace firn::doors {
namespace {

namespace json = boost::json;

Error NoToken() {
  return SqlError(Code::kUnauthenticated, 390104, "08001",
                  "The request has no session token; log in first.");
}

}  // namespace

Result<std::shared_ptr<sessions::Session>> SessionOf(SnowflakeServices& services,
                                                     const net::Request& request) {
  const auto token = TokenOf(request);
  if (token.empty()) return NoToken();
  return services.sessions.FindByToken(std::string(token));
}

void RenewToken(SnowflakeServices& services, Call call) {
  // The Authorization header carries the master token here.
  auto opened = services.sessions.Renew(std::string(TokenOf(call.request)));
  if (!opened) {
    call.responder->Respond(Failure(opened.error()));
    return;
  }
  call.responder->Respond(Success({{"sessionToken", opened->tokens.session_token},
                                   {"masterToken", opened->tokens.master_token},
                                   {"validityInSecondsST", opened->tokens.session_valid_s},
                                   {"validityInSecondsMT", opened->tokens.master_valid_s},
                                   {"masterValidityInSeconds", opened->tokens.master_valid_s},
                                   {"sessionId", opened->session->id()}}));
}

void Heartbeat(SnowflakeServices& services, Call call) {
  const auto alive = services.sessions.Heartbeat(std::string(TokenOf(call.request)));
  call.responder->Respond(alive ? Success({}) : Failure(alive.error()));
}

/// POST /session?delete=true
void EndSession(SnowflakeServices& services, Call call) {
  const auto session = SessionOf(services, call.request);
  if (!session) {
    call.responder->Respond(Failure(session.error()));
    return;
  }
  if (call.request.parameter("delete") != "true") {
    call.responder->Respond(Success({}));
    return;
  }
  const auto id = (*session)->id();
  services.queries.CancelSession(id, "");
  if (const auto ended = services.end_session(**session); !ended) {
    observe::Logger().Warn(
        "session.left_something",
        {{"session_id", id}, {"because", std::string_view(ended.error().message)}});
  }
  const auto closed = services.sessions.Close(id);
  observe::Logger().Info("session.closed", {{"session_id", id}});
  call.responder->Respond(closed ? Success({}) : Failure(closed.error()));
}

}  // namespace firn::doors
