#include "net/client.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/names.hpp"
#include "net/client_socket.hpp"
#include "net/reply.hpp"
#include "net/response_reader.hpp"

namespace firn::net {
namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr std::size_t kReadBlock = 64 * 1024;

ClientSocket::Deadline After(int timeout_ms) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
}

/// Where a downloaded body goes; the file is removed again when this ends unfinished.
class Download {
 public:
  static Result<Download> Open(std::filesystem::path path) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) return SystemError("open", path);
    return Download(std::move(path), std::move(file));
  }
  Download(Download&& other) noexcept
      : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}
  Download& operator=(Download&&) = delete;
  ~Download() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  Status Append(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return SystemError("write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  void Keep() { path_.clear(); }

 private:
  Download(std::filesystem::path path, UniqueFd file)
      : path_(std::move(path)), file_(std::move(file)) {}
  std::filesystem::path path_;
  UniqueFd file_;
};

struct Upload {
  UniqueFd file;
  std::int64_t size = 0;
};

Result<Upload> OpenUpload(const std::filesystem::path& path) {
  Upload upload{UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0};
  if (!upload.file) return SystemError("open", path);
  struct stat info {};
  if (::fstat(upload.file.get(), &info) != 0) return SystemError("stat", path);
  upload.size = info.st_size;
  return upload;
}

bool IsClean(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

Result<std::string> MakeHead(const Url& url, const ClientRequest& request,
                             std::int64_t body_bytes) {
  std::string head =
      request.method + ' ' + request.target + " HTTP/1.1\r\nHost: " + url.Authority() + "\r\n";
  bool clean = IsClean(request.method + request.target) &&
               (request.method + request.target).find(' ') == std::string::npos;
  bool has_encoding = false;
  for (const auto& [name, value] : request.headers) {
    clean = clean && IsClean(name) && IsClean(value);
    has_encoding = has_encoding || EqualIgnoringCase(name, "accept-encoding");
    head += name + ": " + value + "\r\n";
  }
  if (!clean) {
    return Error{Code::kInvalid, "A request cannot hold control characters.", 0, {}};
  }
  if (!has_encoding && !request.download) head += "Accept-Encoding: gzip\r\n";
  if (body_bytes > 0 || (request.method != "GET" && request.method != "HEAD")) {
    head += "Content-Length: " + std::to_string(body_bytes) + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace

struct Client::State {
  Url url;
  std::optional<std::filesystem::path> ca_file;
  std::unique_ptr<ClientSocket> socket = nullptr;

  Result<ClientResponse> Exchange(const ClientRequest& request, bool& answered);
  Status SendBody(const ClientRequest& request, const std::optional<Upload>& upload,
                  ClientSocket::Deadline deadline);
  Result<ClientResponse> Receive(const ClientRequest& request, ClientSocket::Deadline deadline,
                                 bool& answered);
};

Status Client::State::SendBody(const ClientRequest& request, const std::optional<Upload>& upload,
                               ClientSocket::Deadline deadline) {
  if (!upload) return request.body.empty() ? Status() : socket->WriteAll(request.body, deadline);
  std::string block;
  for (std::int64_t done = 0; done < upload->size;) {
    ReadBlock(upload->file.get(), done,
              static_cast<std::size_t>(std::min<std::int64_t>(upload->size - done, kBlock)), block);
    if (block.empty()) {
      return Error{Code::kInvalid,
                   "The file " + request.upload->string() + " became shorter while it was sent.",
                   0,
                   {}};
    }
    FIRN_CHECK(socket->WriteAll(block, After(request.timeout_ms)));
    done += static_cast<std::int64_t>(block.size());
    if (request.progress) request.progress(done, upload->size);
  }
  return {};
}

Result<ClientResponse> Client::State::Receive(const ClientRequest& request,
                                              ClientSocket::Deadline deadline, bool& answered) {
  auto reader = std::make_unique<ResponseReader>(request.method == "HEAD");
  std::optional<Download> download;
  std::string body;
  std::string buffer;
  std::int64_t done = 0;
  while (!reader->done()) {
    const auto kept = buffer.size();
    buffer.resize(kept + kReadBlock);
    auto got = socket->ReadSome(buffer.data() + kept, kReadBlock, deadline);
    if (!got) return std::move(got).error();
    buffer.resize(kept + *got);
    if (*got == 0) {
      FIRN_CHECK(reader->PutEnd());
    } else {
      answered = true;
      FIRN_TRY(const auto used, reader->Put(buffer));
      buffer.erase(0, used);
    }
    if (reader->done() && reader->status() / 100 == 1) {  // an interim answer
      reader = std::make_unique<ResponseReader>(request.method == "HEAD");
      FIRN_TRY(const auto used, reader->Put(buffer));
      buffer.erase(0, used);
    }
    if (!reader->head_done()) continue;
    if (request.download && !download && reader->status() / 100 == 2) {
      FIRN_TRY(auto opened, Download::Open(*request.download));
      download.emplace(std::move(opened));
    }
    const auto part = std::exchange(reader->body(), {});
    done += static_cast<std::int64_t>(part.size());
    if (download) {
      FIRN_CHECK(download->Append(part));
      deadline = After(request.timeout_ms);
    } else {
      body += part;
    }
    const auto total = reader->content_length();
    if (request.progress && download) {
      request.progress(done, total ? static_cast<std::int64_t>(*total) : -1);
    }
  }
  if (!reader->keep_alive()) socket.reset();
  if (download) download->Keep();
  ClientResponse response{reader->status(), std::move(reader->headers()), std::move(body)};
  const auto encoding = response.headers.find("content-encoding");
  if (!download && encoding != response.headers.end() && encoding->second == "gzip" &&
      !response.body.empty()) {
    FIRN_TRY(response.body, Gunzip(response.body, std::numeric_limits<std::int32_t>::max()));
  }
  return response;
}

Result<ClientResponse> Client::State::Exchange(const ClientRequest& request, bool& answered) {
  const auto deadline = After(request.timeout_ms);
  std::optional<Upload> upload;
  if (request.upload) {
    FIRN_TRY(auto opened, OpenUpload(*request.upload));
    upload = std::move(opened);
  }
  const auto body_bytes = upload ? upload->size : static_cast<std::int64_t>(request.body.size());
  FIRN_TRY(const auto head, MakeHead(url, request, body_bytes));
  if (!socket) {
    FIRN_TRY(socket, ClientSocket::Connect(url, ca_file, deadline));
  }
  FIRN_CHECK(socket->WriteAll(head, deadline));
  const auto sent = SendBody(request, upload, deadline);
  const auto wait_until = upload ? After(request.timeout_ms) : deadline;
  if (sent) return Receive(request, wait_until, answered);
  // A server that refuses a body answers before it has all of it, and closes.
  auto refusal = Receive(request, wait_until, answered);
  socket.reset();
  if (refusal) return refusal;
  return sent.error();
}

Client::Client(Url url, std::optional<std::filesystem::path> ca_file)
    : state_(std::make_unique<State>(State{std::move(url), std::move(ca_file)})) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<ClientResponse> Client::Send(const ClientRequest& request) {
  // Anything to read before a request is sent is the server's goodbye.
  if (state_->socket && state_->socket->readable()) state_->socket.reset();
  const bool kept = state_->socket != nullptr;
  bool answered = false;
  auto response = state_->Exchange(request, answered);
  if (response) return response;
  state_->socket.reset();
  const bool repeatable = request.method == "GET" || request.method == "HEAD";
  if (!kept || answered || !repeatable || response.error().code != Code::kUnavailable) {
    return response;
  }
  response = state_->Exchange(request, answered);
  if (!response) state_->socket.reset();
  return response;
}

Result<ClientResponse> Client::Send(std::string method, std::string target,
                                    std::vector<std::pair<std::string, std::string>> headers,
                                    std::string body, int timeout_ms) {
  ClientRequest request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.timeout_ms = timeout_ms;
  return Send(request);
}

}  // namespace firn::net
