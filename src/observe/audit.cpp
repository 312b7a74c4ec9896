#include "observe/audit.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include <boost/json.hpp>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "observe/json_text.hpp"

namespace firn::observe {
namespace {

constexpr std::chrono::seconds kSyncEvery{1};

std::string HashOf(std::string_view line) { return HexEncode(Sha256(line)); }

std::string FirstHash() { return std::string(64, '0'); }

class FileAudit final : public Audit {
 public:
  /// `last_hash` is that of the last line in the file, which is `size_bytes` long.
  FileAudit(std::string file, UniqueFd fd, std::int64_t size_bytes, std::string last_hash)
      : file_(std::move(file)),
        fd_(std::move(fd)),
        size_bytes_(size_bytes),
        last_hash_(std::move(last_hash)),
        syncer_([this](const std::stop_token& stop) { SyncUntil(stop); }) {}

  FileAudit(const FileAudit&) = delete;
  FileAudit& operator=(const FileAudit&) = delete;
  ~FileAudit() override {
    syncer_.request_stop();
    syncer_.join();
    fdatasync(fd_.get());
  }

  void Record(std::string_view event, std::initializer_list<Field> fields) override {
    bool begins_to_lose = false;
    {
      // Written under the lock: the order of the chain is the order in the file.
      const std::lock_guard lock(mutex_);
      const bool told = lost_records_ == 0 || Append("audit.lost", {{"records", lost_records_}});
      if (told) lost_records_ = 0;
      if (!told || !Append(event, fields)) begins_to_lose = lost_records_++ == 0;
    }
    if (begins_to_lose) Logger().Error("audit.unwritable", {{"file", file_}, {"record", event}});
  }

  bool Append(std::string_view event, std::initializer_list<Field> fields) {
    std::string line =
        "{\"ts\":\"" + TimestampNow() + "\",\"prev\":\"" + last_hash_ + "\",\"event\":";
    AppendJsonString(line, event);
    AppendJsonFields(line, fields);
    line += '}';
    auto hash = HashOf(line);
    line += '\n';
    if (has_rest_ && ftruncate(fd_.get(), size_bytes_) != 0) return false;
    has_rest_ = false;
    std::string_view bytes = line;
    while (!bytes.empty()) {
      const auto count = write(fd_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) {
        has_rest_ = true;  // cut off before the next record
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    size_bytes_ += static_cast<std::int64_t>(line.size());
    last_hash_ = std::move(hash);
    needs_sync_ = true;
    return true;
  }

 private:
  void SyncUntil(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wake_.wait_for(lock, stop, kSyncEvery, [] { return false; });
      if (!std::exchange(needs_sync_, false)) continue;
      lock.unlock();
      fdatasync(fd_.get());
      lock.lock();
    }
  }

  const std::string file_;
  const UniqueFd fd_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::int64_t size_bytes_;  // guarded by mutex_, as all below
  std::string last_hash_;
  std::int64_t lost_records_ = 0;
  bool has_rest_ = false;  // part of a line lies behind size_bytes_
  bool needs_sync_ = false;
  std::jthread syncer_;  // last: it uses what is above
};

/// What is at the end of the file: its last whole line and what follows that.
struct Tail {
  std::string last_line;
  std::string rest;
};

Result<Tail> ReadTail(int fd, std::int64_t size_bytes, const std::string& file) {
  constexpr std::int64_t kStep = 64 << 10;
  std::string text;
  std::int64_t from = size_bytes;
  while (from > 0 && std::count(text.begin(), text.end(), '\n') < 2) {
    const auto count = std::min(kStep, from);
    from -= count;
    std::string block(static_cast<std::size_t>(count), '\0');
    if (pread(fd, block.data(), block.size(), from) != count) return SystemError("read", file);
    text.insert(0, block);
  }
  const auto end = text.rfind('\n');
  if (end == std::string::npos) return Tail{"", std::move(text)};
  const auto before = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return Tail{text.substr(begin, end - begin), text.substr(end + 1)};
}

}  // namespace

Result<std::unique_ptr<Audit>> Audit::Open(const std::string& file) {
  UniqueFd fd(open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return SystemError("open", file);
  struct stat facts {};
  if (fstat(fd.get(), &facts) != 0) return SystemError("stat", file);
  FIRN_TRY(const auto tail, ReadTail(fd.get(), facts.st_size, file));

  const auto size_bytes = facts.st_size - static_cast<std::int64_t>(tail.rest.size());
  if (!tail.rest.empty() && ftruncate(fd.get(), size_bytes) != 0) {
    return SystemError("truncate", file);
  }
  auto audit = std::make_unique<FileAudit>(file, std::move(fd), size_bytes,
                                           size_bytes == 0 ? FirstHash() : HashOf(tail.last_line));
  if (!tail.rest.empty()) audit->Record("audit.torn", {{"text", tail.rest}});
  return std::unique_ptr<Audit>(std::move(audit));
}

Status Audit::Verify(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return SystemError("open", file);
  const auto broken = [&](std::int64_t number, const std::string& what) {
    return Error{Code::kInvalid, "Line " + std::to_string(number) + " of the audit file " + file +
                                     " " + what + ". The file was changed outside Firn."};
  };
  std::string line;
  std::string hash = FirstHash();
  for (std::int64_t number = 1; std::getline(in, line); ++number) {
    if (in.eof()) return broken(number, "is not complete");
    boost::system::error_code error;
    const auto value = boost::json::parse(line, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* previous = object ? object->if_contains("prev") : nullptr;
    if (!previous || !previous->is_string()) return broken(number, "is no audit record");
    if (previous->get_string() != hash) {
      return broken(number, "does not follow from the line before it");
    }
    hash = HashOf(line);
  }
  if (in.bad()) return SystemError("read", file);
  return {};
}

}  // namespace firn::observe
