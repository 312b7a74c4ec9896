#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace firn {

struct DaemonSettings {
  std::filesystem::path home;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8484;
  /// Names and addresses by which clients reach a listener that is not on loopback.
  std::vector<std::string> names;
  std::filesystem::path certificate, private_key;  ///< empty: one of Firn's own authority
  int retention_days = 1;                          ///< how long old snapshots of the lake are kept
  int warn_disk_percent = 85, refuse_disk_percent = 95;
  std::int64_t memory_limit_bytes = 0;  ///< 0: half of the machine's
  int threads = 0;                      ///< 0: all cores
  std::filesystem::path extensions;     ///< DuckDB's
  std::string python;                   ///< runs the translator
  std::filesystem::path python_path;    ///< holds firn_translator
};

/// Everything that `firn up` runs, made bottom to top and stopped top to bottom. The only place
/// that knows all modules.
class Daemon {
 public:
  /// Errors: of the parts, each saying what and what to do.
  static Result<std::unique_ptr<Daemon>> Start(const DaemonSettings& settings);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// "http://127.0.0.1:8484", good on this machine.
  [[nodiscard]] const std::string& url() const;
  /// "https://host:port" when it listens beyond loopback, else empty.
  [[nodiscard]] const std::string& outside_url() const;
  /// Finishes or cancels statements, flushes, closes.
  void Stop();

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace firn
