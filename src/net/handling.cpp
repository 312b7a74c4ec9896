#include "net/handling.hpp"

#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/names.hpp"
#include "observe/log.hpp"

namespace firn::net {
namespace {

/// False when it has answered.
bool Inflate(Work& work) {
  auto& request = work.request;
  const auto encoding = LowerCase(request.header("content-encoding"));
  if (encoding != "gzip" && encoding != "x-gzip") return true;
  if (request.body.empty()) return true;
  auto plain = Gunzip(request.body, work.max_bytes);
  if (plain) {
    request.body = *std::move(plain);
    request.headers.erase("content-encoding");
    request.headers.erase("content-length");
    return true;
  }
  if (plain.error().code == Code::kExhausted) {
    work.exchange->Respond(ErrorResponse(413, Code::kInvalid,
                                         "The request's body is too large: at most " +
                                             std::to_string(work.max_bytes) +
                                             " bytes are taken here, also when it is unpacked."));
  } else {
    work.exchange->Respond(
        ErrorResponse(400, Code::kInvalid, "The request's body is not valid gzip."));
  }
  return false;
}

void OnThrow(Exchange& exchange, const std::string& path, std::string_view what) {
  observe::Logger().Error("net.handler_threw", {{"path", std::string_view(path)}, {"error", what}});
  exchange.Respond(ErrorResponse(500, Code::kInternal, "The server met an error of its own."));
}

}  // namespace

void Handle(const Services& services, Work& work) {
  const auto path = work.request.path;
  std::filesystem::path body_file;
  const auto responder = MakeResponder(work.exchange);
  try {
    if (work.spool) {
      body_file = work.spool->Release();
      work.request.body_file = body_file;
    } else if (!Inflate(work)) {
      return;
    }
    services.handler(std::move(work.request), responder);
    return;
  } catch (const std::exception& e) {
    OnThrow(*work.exchange, path, e.what());
  } catch (...) {
    OnThrow(*work.exchange, path, "something that is no exception");
  }
  if (body_file.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(body_file, ignored);
}

}  // namespace firn::net
