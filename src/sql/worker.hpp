#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/process.hpp"
#include "base/result.hpp"
#include "sql/translator.hpp"

namespace firn::sql {

/// One worker process and its pipes. A frame is four bytes of length (little-endian) and JSON.
/// Used by one thread at a time, not always the same.
class Worker {
 public:
  enum class End { kSound, kDead, kTimeout, kBroken };
  /// What came of a statement, and in what state the worker is now.
  struct Outcome {
    Result<Translation> translation;
    End end = End::kSound;  ///< anything but kSound: the worker is of no more use
  };

  /// The calling thread must live as long as the worker (see ChildProcess).
  static Result<Worker> Start(const TranslatorSettings& settings);

  Outcome Translate(std::string_view statement, const TranslatorSettings& settings);
  [[nodiscard]] bool was_ready() const { return is_ready_; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  void Kill() { process_.Kill(); }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  explicit Worker(ChildProcess process) : process_(std::move(process)) {}
  End AwaitReady(const TranslatorSettings& settings);
  End Write(std::string_view bytes, Deadline deadline);
  End Read(char* to, std::size_t count, Deadline deadline);
  End ReadFrame(std::string& body, Deadline deadline);

  ChildProcess process_;
  bool is_ready_ = false;
  std::int64_t last_id_ = 0;
};

}  // namespace firn::sql
