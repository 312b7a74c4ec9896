#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace firn::cli {

/// What `firn up` was asked for.
struct UpOptions {
  std::filesystem::path home;
  std::string listen = "127.0.0.1:8484";
  /// Names and addresses by which clients of other machines reach this one.
  std::vector<std::string> names;
  std::filesystem::path certificate, private_key;  ///< empty: one of Firn's own authority
  int warn_disk_percent = 85;
  int retention_days = 1;
  int refuse_disk_percent = 95;
  std::int64_t memory_limit_bytes = 0;  ///< 0: half of the machine's
  int threads = 0;                      ///< 0: all cores
  bool verbose = false;
};

/// Runs the daemon until it is told to stop; returns the exit status.
using UpHook = std::function<int(const UpOptions&)>;

/// The program `firn`: parses the words, runs the verb, returns the exit status. Every verb but
/// `up` is a client of a running daemon or works on a home that nobody uses.
int Run(int argc, char** argv, const UpHook& up);

}  // namespace firn::cli
