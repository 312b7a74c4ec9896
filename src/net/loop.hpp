#pragma once

#include <functional>
#include <memory>
#include <unordered_set>

namespace boost::asio {
class io_context;
}

namespace firn::net {

class Connection;

/// One I/O thread's event loop and the connections that live on it. Post may be called from any
/// thread, even after Run has ended (then the task is never run); all else on the loop's thread.
class Loop {
 public:
  using Task = std::function<void()>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void Post(Task task);
  /// Returns after Quit, when no operation is pending any more.
  void Run();
  void Quit();

  [[nodiscard]] boost::asio::io_context& context();
  [[nodiscard]] std::unordered_set<std::shared_ptr<Connection>>& connections() {
    return connections_;
  }

 private:
  struct Asio;
  void Tick();

  std::unique_ptr<Asio> asio_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
};

}  // namespace firn::net
