#include "sql/worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "sql/translation_json.hpp"

namespace firn::sql {
namespace {

constexpr std::size_t kMaxFrameBytes = 64U << 20U;

std::chrono::steady_clock::time_point After(int timeout_ms) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
}

/// Keeps a write to a dead worker from ending the program, whatever main has set.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;
  ~NoSigpipe() {
    if (!was_pending_) {
      const timespec at_once{};
      while (sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

/// Waits until the descriptor is ready; kDead also stands for an error of poll itself.
Worker::End Await(int fd, short events, std::chrono::steady_clock::time_point deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Worker::End::kTimeout;
    pollfd entry{fd, events, 0};
    const int ready =
        poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready > 0) return Worker::End::kSound;
    if (ready < 0 && errno != EINTR) return Worker::End::kDead;
  }
}

Error Failure(Worker::End end, int timeout_ms) {
  if (end == Worker::End::kTimeout) {
    return Error{Code::kTimeout, "Translating the statement took longer than " +
                                     std::to_string(timeout_ms) +
                                     " ms and was stopped. Make the statement smaller."};
  }
  return Error{Code::kUnavailable,
               "The SQL translator ended while it worked on the statement. Run it again."};
}

}  // namespace

Result<Worker> Worker::Start(const TranslatorSettings& settings) {
  FIRN_TRY(auto process, ChildProcess::Start(settings.argv, settings.environment));
  for (const int fd : {process.stdin_fd(), process.stdout_fd()}) {
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
      return SystemError("fcntl", settings.argv.front());
    }
  }
  return Worker(std::move(process));
}

Worker::Outcome Worker::Translate(std::string_view statement, const TranslatorSettings& settings) {
  if (!is_ready_) {
    const auto end = AwaitReady(settings);
    if (end == End::kTimeout) {
      return {Error{Code::kUnavailable, "The SQL translator was not ready within " +
                                            std::to_string(settings.start_timeout_ms) +
                                            " ms. Run the statement again."},
              End::kDead};
    }
    if (end != End::kSound) return {Failure(end, settings.timeout_ms), end};
  }
  const auto deadline = After(settings.timeout_ms);
  const auto id = ++last_id_;
  const auto body = RequestMessage(id, statement);
  if (body.size() > kMaxFrameBytes) {
    return {Error{Code::kExhausted, "The statement is too long to be translated."}, End::kSound};
  }
  std::string frame;
  frame.reserve(body.size() + 4);
  for (unsigned shift = 0; shift < 32; shift += 8) {
    frame += static_cast<char>((body.size() >> shift) & 0xFFU);
  }
  frame += body;
  std::string answer;
  auto end = Write(frame, deadline);
  if (end == End::kSound) end = ReadFrame(answer, deadline);
  if (end != End::kSound) return {Failure(end, settings.timeout_ms), end};
  auto parsed = ParseAnswer(answer, id);
  return {std::move(parsed.translation), parsed.is_broken ? End::kBroken : End::kSound};
}

Worker::End Worker::AwaitReady(const TranslatorSettings& settings) {
  std::string hello;
  const auto end = ReadFrame(hello, After(settings.start_timeout_ms));
  if (end != End::kSound) return end;
  is_ready_ = IsReadyMessage(hello);
  return is_ready_ ? End::kSound : End::kDead;
}

Worker::End Worker::Write(std::string_view bytes, Deadline deadline) {
  const NoSigpipe guard;
  while (!bytes.empty()) {
    const auto written = write(process_.stdin_fd(), bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      const auto end = Await(process_.stdin_fd(), POLLOUT, deadline);
      if (end != End::kSound) return end;
    } else if (errno != EINTR) {
      return End::kDead;
    }
  }
  return End::kSound;
}

Worker::End Worker::Read(char* to, std::size_t count, Deadline deadline) {
  while (count > 0) {
    const auto got = read(process_.stdout_fd(), to, count);
    if (got > 0) {
      to += got;
      count -= static_cast<std::size_t>(got);
    } else if (got < 0 && errno == EAGAIN) {
      const auto end = Await(process_.stdout_fd(), POLLIN, deadline);
      if (end != End::kSound) return end;
    } else if (got == 0 || errno != EINTR) {
      return End::kDead;
    }
  }
  return End::kSound;
}

Worker::End Worker::ReadFrame(std::string& body, Deadline deadline) {
  std::array<char, 4> head{};
  if (const auto end = Read(head.data(), head.size(), deadline); end != End::kSound) return end;
  std::size_t size = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(head[i])) << (8 * i);
  }
  if (size > kMaxFrameBytes) return End::kDead;
  constexpr std::size_t kStep = 1U << 20U;  // what is promised need not come: grow with it
  body.clear();
  while (body.size() < size) {
    const auto begin = body.size();
    const auto step = std::min(kStep, size - begin);
    body.resize(begin + step);
    const auto end = Read(body.data() + begin, step, deadline);
    if (end != End::kSound) return end;
  }
  return End::kSound;
}

}  // namespace firn::sql
