#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <utility>

#include "base/files.hpp"
#include "net/server.hpp"

namespace firn::net::testing {

/// A folder that is removed when this ends.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "net_test_XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path;
};

/// A raw connection, for what no well-behaved client does. Reads wait 20 s at most.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = ::connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof(name)) == 0;
  }
  void Send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// One answer with its body (by Content-Length); what came before the end when it is cut off.
  std::string Receive(bool head_only = false) {
    while (true) {
      const auto head = pending.find("\r\n\r\n");
      if (head != std::string::npos) {
        const auto field = pending.find("Content-Length: ");
        const auto length = head_only || field > head
                                ? std::size_t{0}
                                : static_cast<std::size_t>(std::stoul(pending.substr(field + 16)));
        if (pending.size() >= head + 4 + length) {
          auto answer = pending.substr(0, head + 4 + length);
          pending.erase(0, answer.size());
          return answer;
        }
      }
      if (!ReadMore()) return std::exchange(pending, {});
    }
  }
  /// Everything up to the end of the stream.
  std::string ReceiveAll() {
    while (ReadMore()) {
    }
    return std::exchange(pending, {});
  }

  UniqueFd fd;
  bool connected = false;
  std::string pending;

 private:
  bool ReadMore() {
    pollfd wait{fd.get(), POLLIN, 0};
    if (::poll(&wait, 1, 20'000) != 1) return false;
    char block[16 * 1024];
    const auto got = ::recv(fd.get(), block, sizeof(block), 0);
    if (got <= 0) return false;
    pending.append(block, static_cast<std::size_t>(got));
    return true;
  }
};

inline std::unique_ptr<Server> MustStart(Handler handler, Settings settings = {},
                                         BodyPlan plan = {1 << 20, {}}) {
  auto server =
      Server::Start(settings, std::move(handler), [plan](const Request&) { return plan; });
  if (!server) throw std::runtime_error(server.error().message);
  return *std::move(server);
}

inline Response Text(std::string body, int status = 200) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

/// Answers "METHOD path body".
inline void Echo(Request request, const std::shared_ptr<Responder>& responder) {
  responder->Respond(Text(request.method + ' ' + request.path + ' ' + request.body));
}

constexpr std::chrono::seconds kPatience(20);

template <typename T>
bool Comes(std::future<T>& future) {
  return future.wait_for(kPatience) == std::future_status::ready;
}

}  // namespace firn::net::testing
