#pragma once

#include <filesystem>
#include <string>

#include "base/files.hpp"
#include "base/result.hpp"

namespace firn {

/// The version of what is on disk; a change of a format raises it and adds a step to Migrate.
inline constexpr int kHomeVersion = 1;

/// The folder that holds everything of one Firn, locked against a second daemon while this lives.
///
///   VERSION          the format, a number
///   connections.toml how clients log in; 0600
///   secrets/         keys, the authority, ADMIN's token; 0700
///   meta.db lake/ stages/ results/ cache/ spill/ logs/ run/
class Home {
 public:
  /// Makes it when missing. Errors: kConflict when another daemon has it, naming the pid; kInvalid
  /// when it was written by a newer Firn.
  static Result<Home> Open(const std::filesystem::path& folder);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return folder_ / name;
  }
  /// The 32 random bytes kept in secrets/<name>, made when missing.
  [[nodiscard]] Result<std::string> Secret(const std::string& name) const;

 private:
  Home() = default;
  std::filesystem::path folder_;
  UniqueFd lock_;
};

}  // namespace firn
