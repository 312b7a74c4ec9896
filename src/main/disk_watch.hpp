#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "base/result.hpp"

namespace firn {

/// How full the disk of the home is. Writes stop before it is so full that nothing can be repaired;
/// logins, reading and dropping go on. Thread-safe.
class DiskWatch {
 public:
  struct Settings {
    int warn_percent = 85;
    int refuse_percent = 95;
  };
  DiskWatch(std::filesystem::path folder, Settings settings)
      : folder_(std::move(folder)), settings_(settings) {}

  /// Looks anew; logs when a line was crossed.
  void Look();
  /// Errors: kExhausted saying what may be freed.
  [[nodiscard]] Status MayWrite() const;
  /// Space is short: what may be freed, should be.
  [[nodiscard]] bool nearly_full() const { return used_percent_.load() >= settings_.warn_percent; }
  [[nodiscard]] int used_percent() const { return used_percent_.load(); }

 private:
  const std::filesystem::path folder_;
  const Settings settings_;
  std::atomic<int> used_percent_{0};
};

}  // namespace firn
