#include "net/listener.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "observe/log.hpp"

namespace firn::net {
namespace {

constexpr int kBacklog = 1024;
constexpr int kPause_ms = 100;  // when there are no descriptors left

Error ListenError(int number, const std::string& address) {
  const auto reason = std::system_category().message(number);
  if (number == EADDRINUSE) {
    return Error{Code::kConflict,
                 "The address " + address +
                     " is in use by another program; stop that one or choose another port.",
                 0,
                 {}};
  }
  if (number == EACCES) {
    return Error{Code::kDenied,
                 "This user may not listen on " + address + "; choose a port from 1024 up.",
                 0,
                 {}};
  }
  return Error{Code::kInvalid, "Nobody can listen on " + address + ": " + reason + ".", 0, {}};
}

struct AddressList {
  explicit AddressList(addrinfo* first) : list(first) {}
  ~AddressList() {
    if (list != nullptr) ::freeaddrinfo(list);
  }
  AddressList(const AddressList&) = delete;
  AddressList& operator=(const AddressList&) = delete;
  addrinfo* list;
};

Result<UniqueFd> ListenTcp(const Settings& settings) {
  const auto address = settings.host + ":" + std::to_string(settings.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(settings.host.empty() ? nullptr : settings.host.c_str(),
                                   std::to_string(settings.port).c_str(), &hints, &found);
  if (failed != 0) {
    return Error{Code::kInvalid,
                 "The address " + settings.host + " is unknown here: " + ::gai_strerror(failed),
                 0,
                 {}};
  }
  const AddressList owner(found);
  UniqueFd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return ListenError(errno, address);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(fd.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return ListenError(errno, address);
  }
  return fd;
}

Result<UniqueFd> ListenUnix(const std::filesystem::path& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof(name.sun_path)) {
    return Error{Code::kInvalid, "The path " + text + " is too long for a unix socket.", 0, {}};
  }
  std::memcpy(name.sun_path, text.c_str(), text.size() + 1);
  const auto* address = reinterpret_cast<const sockaddr*>(&name);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return ListenError(errno, text);
  // A socket file that nobody answers on is left over from a crash.
  if (::connect(fd.get(), address, sizeof(name)) == 0) return ListenError(EADDRINUSE, text);
  if (errno == ECONNREFUSED) ::unlink(text.c_str());
  fd = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || ::bind(fd.get(), address, sizeof(name)) != 0 || ::chmod(text.c_str(), 0600) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return ListenError(errno, text);
  }
  return fd;
}

std::uint16_t PortOf(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof(name);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6*>(&name)->sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in*>(&name)->sin_port);
}

std::string AddressText(const sockaddr_storage& name) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (name.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(name);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return text.data();
  }
  if (name.ss_family != AF_INET6) return "unix";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(name);
  ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  const std::string_view mapped = "::ffff:";
  const std::string_view all = text.data();
  const bool is_mapped = all.starts_with(mapped) && all.find('.') != std::string_view::npos;
  return std::string(is_mapped ? all.substr(mapped.size()) : all);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Open(const Settings& settings) {
  const bool local = settings.unix_socket.has_value();
  FIRN_TRY(UniqueFd fd, local ? ListenUnix(*settings.unix_socket) : ListenTcp(settings));
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop) return SystemError("eventfd", {});
  const auto port = local ? std::uint16_t{0} : PortOf(fd.get());
  auto path = local ? *settings.unix_socket : std::filesystem::path();
  return std::unique_ptr<Listener>(
      new Listener(std::move(fd), std::move(stop), port, std::move(path)));
}

Listener::~Listener() { Stop(); }

void Listener::Start(OnAccept on_accept) {
  thread_ = std::thread([this, on_accept = std::move(on_accept)] { Run(on_accept); });
}

void Listener::Stop() {
  if (thread_.joinable()) {
    const std::uint64_t one = 1;
    if (::write(stop_.get(), &one, sizeof(one)) < 0) {
      observe::Logger().Error("net.listener_not_woken");
    }
    thread_.join();
  }
  if (socket_ && !unix_path_.empty()) ::unlink(unix_path_.c_str());
  socket_ = UniqueFd();
}

void Listener::Run(const OnAccept& on_accept) {
  while (true) {
    std::array<pollfd, 2> wait{{{stop_.get(), POLLIN, 0}, {socket_.get(), POLLIN, 0}}};
    ::poll(wait.data(), wait.size(), -1);
    if (wait[0].revents != 0) return;
    // One at a time, so that a stop is noticed even under a flood.
    if (wait[1].revents == 0 || AcceptOne(on_accept)) continue;
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) continue;
    observe::Logger().Warn("net.accept_failed",
                           {{"error", std::string_view(std::strerror(errno))}});
    ::poll(wait.data(), 1, kPause_ms);
  }
}

bool Listener::AcceptOne(const OnAccept& on_accept) {
  sockaddr_storage name{};
  socklen_t size = sizeof(name);
  UniqueFd socket(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&name), &size,
                            SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) return false;
  const int on = 1;
  if (name.ss_family != AF_UNIX) {
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  }
  on_accept(std::move(socket), AddressText(name));
  return true;
}

}  // namespace firn::net
