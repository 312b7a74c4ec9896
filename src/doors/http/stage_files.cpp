#include "doors/http/stage_files.hpp"

#include <algorithm>
#include <filesystem>

namespace firn::doors {
namespace {

constexpr std::string_view kPrefix = "/firn/stage/";

net::Response Fail(const Error& error) {
  // Cloud clients read the status alone; 403 makes them ask for a new address, 400 end.
  const int status = error.code == Code::kExhausted ? 507 : HttpStatus(error.code);
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.reason = error.message;  // all that the connector 4.x shows
  response.body = error.message + "\n";
  return response;
}

/// The ticket of <token>, or of <token>/<file> where the client names the file.
Result<stages::Ticket> TicketOf(HttpServices& services, std::string_view part) {
  using Operation = stages::Ticket::Operation;
  const auto slash = std::min(part.find('/'), part.size());
  FIRN_TRY(auto ticket, services.stages.Verify(part.substr(0, slash)));
  if (ticket.operation != Operation::kPutBelow) {
    if (slash < part.size()) return Error{Code::kDenied, "this address is for one file"};
    return ticket;
  }
  const auto file = part.substr(std::min(slash + 1, part.size()));
  if (file.empty() || file.ends_with('/')) {
    return Error{Code::kInvalid, "this address names no file"};
  }
  FIRN_TRY(const auto below, stages::StageService::CleanPath(file));
  ticket.path += below;
  ticket.operation = Operation::kPut;
  return ticket;
}

}  // namespace

net::BodyPlan PlanUpload(HttpServices& services, const net::Request& head) {
  const auto ticket = TicketOf(services, std::string_view(head.path).substr(kPrefix.size()));
  if (!ticket || ticket->operation != stages::Ticket::Operation::kPut) return {};
  if (!services.may_write()) return {};
  return {services.largest_upload_bytes, services.stages.NewUploadPath()};
}

void PutStageFile(HttpServices& services, Call call) {
  const auto ticket = TicketOf(services, call.part);
  if (!ticket || ticket->operation != stages::Ticket::Operation::kPut) {
    call.responder->Respond(
        Fail(ticket ? Error{Code::kDenied, "this address is for reading"} : ticket.error()));
    return;
  }
  if (const auto may = services.may_write(); !may) {
    call.responder->Respond(Fail(may.error()));
    return;
  }
  if (!call.request.body_file) {
    call.responder->Respond(Fail(Error{Code::kInvalid, "the upload has no body"}));
    return;
  }
  std::error_code ignored;
  const bool only_new = call.request.header("x-goog-if-generation-match") == "0";
  if (only_new && services.stages.Find(ticket->stage_id, ticket->path)) {
    std::filesystem::remove(*call.request.body_file, ignored);
    net::Response response;
    response.status = 412;  // the client calls the file SKIPPED
    call.responder->Respond(std::move(response));
    return;
  }
  const auto file = services.stages.Accept(*ticket, *call.request.body_file,
                                           call.request.header("x-goog-meta-sfc-digest"));
  std::filesystem::remove(*call.request.body_file, ignored);
  if (!file) {
    call.responder->Respond(Fail(file.error()));
    return;
  }
  net::Response response;
  response.headers = {{"ETag", "\"" + file->md5 + "\""}};
  call.responder->Respond(std::move(response));
}

/// GET of a file; HEAD before an upload asks whether it is there.
void GetStageFile(HttpServices& services, Call call) {
  const auto ticket = TicketOf(services, call.part);
  if (!ticket) {
    call.responder->Respond(Fail(ticket.error()));
    return;
  }
  const bool head = call.request.method == "HEAD";
  const bool for_reading = ticket->operation == stages::Ticket::Operation::kGet;
  if (!for_reading && !head) {
    call.responder->Respond(Fail(Error{Code::kDenied, "this address is for an upload"}));
    return;
  }
  const auto file = services.stages.Find(ticket->stage_id, ticket->path);
  if (!file) {
    call.responder->Respond(Fail(file.error()));
    return;
  }
  net::Response response;
  response.headers = {{"Content-Type", "application/octet-stream"},
                      {"ETag", "\"" + file->md5 + "\""}};
  response.file = net::FileBody{services.stages.LocalPath(ticket->stage_id, ticket->path), 0, -1};
  response.compressible = false;
  call.responder->Respond(std::move(response));
}

}  // namespace firn::doors
