#include "doors/http/stage_files.hpp"

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
  response.body = error.message + "\n";
  return response;
}

}  // namespace

net::BodyPlan PlanUpload(HttpServices& services, const net::Request& head) {
  const auto ticket = services.stages.Verify(std::string_view(head.path).substr(kPrefix.size()));
  if (!ticket || ticket->operation != stages::Ticket::Operation::kPut) return {};
  if (!services.may_write()) return {};
  return {services.largest_upload_bytes, services.stages.NewUploadPath()};
}

void PutStageFile(HttpServices& services, Call call) {
  const auto ticket = services.stages.Verify(call.part);
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
  const auto file = services.stages.Accept(*ticket, *call.request.body_file,
                                           call.request.header("x-goog-meta-sfc-digest"));
  std::error_code ignored;
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
  const auto ticket = services.stages.Verify(call.part);
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
