#include "net/reply.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "base/bytes.hpp"
#include "base/names.hpp"
#include "observe/log.hpp"

namespace firn::net {
namespace {

// Below this, starting zlib (0.1 ms) takes longer than the few packets that it would save.
constexpr std::size_t kLeastGzipBytes = 8 * 1024;

std::string_view Reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Status";
  }
}

bool IsToken(std::string_view name) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

/// The text and the line's end, without characters that would begin another line.
void AppendLine(std::string& head, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    head += (byte < ' ' && c != '\t') || byte == 0x7f ? ' ' : c;
  }
  head += "\r\n";
}

void AppendHeader(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ");
  AppendLine(head, value);
}

void AppendDate(std::string& head) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  const auto size =
      std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  head.append(text.data(), size);
}

bool HasHeader(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return EqualIgnoringCase(header.first, name); });
}

Status OpenFile(const FileBody& body, Reply& reply) {
  reply.file = UniqueFd(::open(body.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!reply.file) return SystemError("open", body.path);
  struct stat info {};
  if (::fstat(reply.file.get(), &info) != 0) return SystemError("stat", body.path);
  const auto rest = std::max<std::int64_t>(info.st_size - body.offset, 0);
  if (body.offset < 0 || body.length > rest) {
    return Error{Code::kInternal, body.path.string() + " is shorter than its answer.", 0, {}};
  }
  reply.file_offset = body.offset;
  reply.file_left = body.length < 0 ? rest : body.length;
  return {};
}

/// Opens response.file, if there is one; on failure the response becomes an error.
void TakeFile(Response& response, Reply& reply) {
  if (!response.file) return;
  const auto opened = OpenFile(*response.file, reply);
  response.body.clear();
  response.compressible = false;
  response.file.reset();
  if (opened) return;
  const bool missing = opened.error().code == Code::kNotFound;
  observe::Logger().Warn("net.file_not_sent",
                         {{"error", std::string_view(opened.error().message)}});
  reply.file = UniqueFd();
  reply.file_left = 0;
  response = missing ? ErrorResponse(404, Code::kNotFound, "This file is not there any more.")
                     : ErrorResponse(500, Code::kInternal, "This file cannot be read.");
}

}  // namespace

Reply MakeReply(Response response, const ReplyForm& form) {
  Reply reply;
  TakeFile(response, reply);
  if (response.status < 200 || response.status > 999) response.status = 500;
  const bool bodiless = response.status == 204 || response.status == 304;
  const bool may_gzip = response.compressible && !bodiless &&
                        response.body.size() >= kLeastGzipBytes &&
                        !HasHeader(response, "content-encoding");
  if (may_gzip && form.accepts_gzip && !form.head_only) {
    response.body = Gzip(response.body, 1);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  if (may_gzip && !HasHeader(response, "vary")) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
  }

  reply.close = !form.keep_alive;
  auto& head = reply.head;
  head.reserve(256);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  AppendLine(head, response.reason.empty() ? Reason(response.status) : response.reason);
  for (const auto& [name, value] : response.headers) {
    if (EqualIgnoringCase(name, "connection")) {
      reply.close = reply.close || EqualIgnoringCase(value, "close");
    } else if (IsToken(name) && !EqualIgnoringCase(name, "content-length") &&
               !EqualIgnoringCase(name, "transfer-encoding")) {
      AppendHeader(head, name, value);
    }
  }
  AppendDate(head);
  if (!bodiless) {
    const auto size =
        reply.file ? reply.file_left : static_cast<std::int64_t>(response.body.size());
    head.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
  }
  if (reply.close) {
    head.append("Connection: close\r\n");
  } else if (form.http_1_0) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
  if (form.head_only || bodiless) {
    reply.file = UniqueFd();
    reply.file_left = 0;
  } else {
    reply.body = std::move(response.body);
  }
  return reply;
}

void ReadBlock(int fd, std::int64_t offset, std::size_t size, std::string& block) {
  block.resize(size);
  std::size_t filled = 0;
  while (filled < size) {
    const auto got = ::pread(fd, block.data() + filled, size - filled,
                             static_cast<off_t>(offset + static_cast<std::int64_t>(filled)));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  block.resize(filled);
}

Response ErrorResponse(int status, Code code, std::string_view message) {
  std::string body = R"({"code":")";
  body.append(CodeName(code)).append(R"(","message":")");
  for (const char c : message) {
    // What a peer sent may be quoted in a message; only plain ASCII passes.
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') body += '\\';
    body += byte < ' ' || byte > '~' ? '?' : c;
  }
  body.append(R"(","success":false})");
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  const auto text = LowerCase(accept_encoding);
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    auto item = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const auto start = item.find_first_not_of(" \t");
    if (start == std::string_view::npos) continue;
    item.remove_prefix(start);
    const auto name = item.substr(0, item.find_first_of("; \t"));
    if (name != "gzip" && name != "x-gzip") continue;
    const auto q = item.find("q=");
    if (q == std::string_view::npos) return true;
    // q=0, q=0.0 … refuse it.
    return item.substr(q + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

}  // namespace firn::net
