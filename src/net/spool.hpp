#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/files.hpp"
#include "base/result.hpp"

namespace firn::net {

/// A new file (0600) that a request's body goes to; it is removed when this ends unreleased.
class Spool {
 public:
  /// Errors: of the system; kExists when there is such a file already.
  static Result<std::unique_ptr<Spool>> Create(std::filesystem::path path);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Blocks on the disk.
  Status Append(std::string_view bytes);
  /// Closes the file and leaves it to the caller.
  std::filesystem::path Release();

 private:
  Spool(std::filesystem::path path, UniqueFd file)
      : path_(std::move(path)), file_(std::move(file)) {}

  std::filesystem::path path_;
  UniqueFd file_;
};

}  // namespace firn::net
