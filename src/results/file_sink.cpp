#include "results/file_sink.hpp"

#include <arrow/status.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace firn::results {
namespace {

constexpr std::size_t kGatherBytes = 256 * 1024;

}  // namespace

Error SpoolError(std::string_view call, const std::filesystem::path& path) {
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
    return Error{Code::kExhausted, "The result could not be kept: the disk of " +
                                       path.parent_path().string() +
                                       " is full. Free some space and run the query again."};
  }
  return SystemError(call, path);
}

FileSink::FileSink(std::filesystem::path path, UniqueFd fd)
    : path_(std::move(path)), fd_(std::move(fd)) {
  pending_.reserve(kGatherBytes);
  set_mode(arrow::io::FileMode::WRITE);
}

Result<std::shared_ptr<FileSink>> FileSink::Create(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return SpoolError("open", path);
  return std::shared_ptr<FileSink>(new FileSink(path, std::move(fd)));
}

arrow::Status FileSink::WriteAll(const char* data, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t done = ::write(fd_.get(), data, bytes);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      error_ = SpoolError("write", path_);
      return arrow::Status::IOError(error_.message);
    }
    data += done;
    bytes -= static_cast<std::size_t>(done);
  }
  return arrow::Status::OK();
}

arrow::Status FileSink::Write(const void* data, std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  written_ += bytes;
  if (pending_.size() + size > kGatherBytes) {
    ARROW_RETURN_NOT_OK(Flush());
    if (size > kGatherBytes / 2) return WriteAll(static_cast<const char*>(data), size);
  }
  pending_.append(static_cast<const char*>(data), size);
  return arrow::Status::OK();
}

arrow::Status FileSink::Flush() {
  const auto status = WriteAll(pending_.data(), pending_.size());
  pending_.clear();
  return status;
}

arrow::Status FileSink::Close() {
  if (!fd_) return arrow::Status::OK();
  ARROW_RETURN_NOT_OK(Flush());
  fd_ = UniqueFd();
  return arrow::Status::OK();
}

Status WriteFile(const std::filesystem::path& path, std::string_view content) {
  FIRN_TRY(auto sink, FileSink::Create(path));
  if (!sink->Write(content.data(), static_cast<std::int64_t>(content.size())).ok() ||
      !sink->Close().ok()) {
    return Error(sink->error());
  }
  return {};
}

}  // namespace firn::results
