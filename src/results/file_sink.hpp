#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/result.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/files.hpp"
#include "base/result.hpp"

namespace firn::results {

/// An Arrow output that writes one new file (0600), small writes gathered. Nothing is synced: a
/// result that a power cut takes is asked for again.
class FileSink : public arrow::io::OutputStream {
 public:
  static Result<std::shared_ptr<FileSink>> Create(const std::filesystem::path& path);

  arrow::Status Write(const void* data, std::int64_t bytes) override;
  using arrow::io::OutputStream::Write;
  arrow::Status Flush() override;
  arrow::Status Close() override;
  arrow::Result<std::int64_t> Tell() const override { return written_; }
  [[nodiscard]] bool closed() const override { return !fd_; }

  /// Why a write failed, for the user; kExhausted when the disk is full.
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  FileSink(std::filesystem::path path, UniqueFd fd);
  arrow::Status WriteAll(const char* data, std::size_t bytes);

  std::filesystem::path path_;
  UniqueFd fd_;
  std::string pending_;
  std::int64_t written_ = 0;
  Error error_;
};

/// One write of a whole new file (0600), not synced. Errors: kExhausted when the disk is full.
Status WriteFile(const std::filesystem::path& path, std::string_view content);
/// A failed call in the folder of results; ENOSPC and EDQUOT become kExhausted.
Error SpoolError(std::string_view call, const std::filesystem::path& path);

}  // namespace firn::results
