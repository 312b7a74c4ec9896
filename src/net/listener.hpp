#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/files.hpp"
#include "base/result.hpp"
#include "net/server.hpp"

namespace firn::net {

/// A listening socket and the thread that accepts from it.
class Listener {
 public:
  /// Called on the listener's thread with a connected, non-blocking socket.
  using OnAccept = std::function<void(UniqueFd socket, std::string remote_address)>;

  /// Errors: kConflict when the address is in use, kInvalid for a bad one.
  static Result<std::unique_ptr<Listener>> Open(const Settings& settings);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void Start(OnAccept on_accept);
  /// Closes the socket; OnAccept is not called any more.
  void Stop();

 private:
  Listener(UniqueFd socket, UniqueFd stop, std::uint16_t port, std::filesystem::path unix_path)
      : socket_(std::move(socket)),
        stop_(std::move(stop)),
        port_(port),
        unix_path_(std::move(unix_path)) {}
  void Run(const OnAccept& on_accept);
  /// False when nothing waits.
  bool AcceptOne(const OnAccept& on_accept);

  UniqueFd socket_;
  UniqueFd stop_;  ///< an eventfd that wakes the thread
  std::uint16_t port_;
  std::filesystem::path unix_path_;
  std::thread thread_;
};

}  // namespace firn::net
