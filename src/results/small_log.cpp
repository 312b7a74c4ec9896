#include "results/small_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "results/file_sink.hpp"

namespace firn::results {
namespace {

constexpr std::size_t kHeadBytes = 24;
constexpr std::size_t kUuidBytes = 16;

struct Head {
  std::uint32_t length;
  std::uint32_t crc;
};

std::uint32_t Crc(const char* data, std::size_t bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const unsigned char*>(data), bytes));
}

/// "000012.log" is 12.
std::optional<std::uint32_t> NumberOf(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  if (error != std::errc() || end != stem.data() + stem.size() || path.extension() != ".log") {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::optional<SmallLog::Key> SmallLog::ParseUuid(std::string_view uuid) {
  std::string hex;
  for (const char c : uuid) {
    if (c != '-') hex += c;
  }
  if (hex.size() != 32) return std::nullopt;
  Key key{};
  for (std::size_t half = 0; half < 2; ++half) {
    const char* const begin = hex.data() + half * 16;
    const auto [end, error] = std::from_chars(begin, begin + 16, key[half], 16);
    if (error != std::errc() || end != begin + 16) return std::nullopt;
  }
  return key;
}

Result<std::unique_ptr<SmallLog>> SmallLog::Open(const Settings& settings) {
  auto log = std::unique_ptr<SmallLog>(new SmallLog(settings));
  FIRN_CHECK(MakeFolders(settings.folder, 0700));
  std::map<std::uint32_t, std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(settings.folder, error)) {
    if (const auto number = NumberOf(entry.path())) found[*number] = entry.path();
  }
  for (const auto& [number, path] : found) FIRN_CHECK(log->Load(number, path));
  return log;
}

Status SmallLog::Load(std::uint32_t number, const std::filesystem::path& path) {
  auto segment = std::make_shared<Segment>();
  segment->path = path;
  segment->fd = UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!segment->fd) return SystemError("open", path);
  struct ::stat about {};
  if (::fstat(segment->fd.get(), &about) != 0) return SystemError("stat", path);
  segment->last_ms = static_cast<std::int64_t>(about.st_mtim.tv_sec) * 1000;
  FIRN_TRY(const std::string content, ReadFile(path));
  std::size_t at = 0;
  while (content.size() - at > kHeadBytes) {
    Head head{};
    std::memcpy(&head, content.data() + at, sizeof head);
    const char* const body = content.data() + at + sizeof head;
    if (head.length < kUuidBytes || head.length > content.size() - at - sizeof head ||
        Crc(body, head.length) != head.crc) {
      break;
    }
    Key key{};
    std::memcpy(&key, body, kUuidBytes);
    places_[key] = {number, static_cast<std::uint32_t>(at + kHeadBytes),
                    static_cast<std::uint32_t>(head.length - kUuidBytes)};
    at += sizeof head + head.length;
  }
  if (at < content.size() && ::ftruncate(segment->fd.get(), static_cast<off_t>(at)) != 0) {
    return SystemError("truncate", path);
  }
  segment->bytes = static_cast<std::int64_t>(at);
  used_bytes_ += segment->bytes;
  segments_[number] = std::move(segment);
  return {};
}

Status SmallLog::Roll() {
  const std::uint32_t number = segments_.empty() ? 1 : segments_.rbegin()->first + 1;
  auto segment = std::make_shared<Segment>();
  segment->path = settings_.folder / (std::to_string(number) + ".log");
  segment->fd =
      UniqueFd(::open(segment->path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!segment->fd) return SpoolError("open", segment->path);
  segments_[number] = std::move(segment);
  while (segments_.size() > 1 && used_bytes_ > settings_.most_bytes) {
    Drop(segments_.begin()->first);
  }
  return {};
}

std::int64_t SmallLog::Drop(std::uint32_t number) {
  const auto segment = segments_.at(number);
  std::erase_if(places_, [&](const auto& entry) { return entry.second.segment == number; });
  ::unlink(segment->path.c_str());
  used_bytes_ -= segment->bytes;
  segments_.erase(number);
  return segment->bytes;
}

void SmallLog::Remember(const Key& key, std::string_view content) {
  places_.erase(key);
  unwritten_.emplace_back(key, content);
  unwritten_bytes_ += static_cast<std::int64_t>(content.size());
  while (unwritten_bytes_ > settings_.most_unwritten_bytes) {
    unwritten_bytes_ -= static_cast<std::int64_t>(unwritten_.front().second.size());
    unwritten_.pop_front();
  }
}

Status SmallLog::Append(std::string_view uuid, std::string_view content) {
  const auto key = ParseUuid(uuid);
  if (!key) return Error{Code::kInvalid, "a query id is a UUID."};
  const std::lock_guard lock(mutex_);
  auto written = Write(*key, content);
  if (written || written.error().code != Code::kExhausted) return written;
  Remember(*key, content);
  return {};
}

Status SmallLog::Write(const Key& key, std::string_view content) {
  std::string record(kHeadBytes, '\0');
  std::memcpy(record.data() + sizeof(Head), key.data(), kUuidBytes);
  record += content;
  const Head head{static_cast<std::uint32_t>(record.size() - sizeof(Head)),
                  Crc(record.data() + sizeof(Head), record.size() - sizeof(Head))};
  std::memcpy(record.data(), &head, sizeof head);

  if (segments_.empty() || segments_.rbegin()->second->bytes >= settings_.segment_bytes) {
    FIRN_CHECK(Roll());
  }
  auto& [number, segment] = *segments_.rbegin();
  const auto done = ::pwrite(segment->fd.get(), record.data(), record.size(), segment->bytes);
  if (done != std::ssize(record)) {
    if (done >= 0) errno = ENOSPC;
    return SpoolError("write", segment->path);
  }
  places_[key] = {
      number, static_cast<std::uint32_t>(segment->bytes + static_cast<std::int64_t>(kHeadBytes)),
      static_cast<std::uint32_t>(content.size())};
  segment->bytes += done;
  segment->last_ms = SystemClock().NowMs();
  used_bytes_ += done;
  return {};
}

Result<std::optional<std::string>> SmallLog::Find(std::string_view uuid) const {
  const auto key = ParseUuid(uuid);
  if (!key) return std::optional<std::string>();
  std::shared_ptr<Segment> segment;
  Place place{};
  {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(*key);
    if (found == places_.end()) {
      for (const auto& [id, content] : unwritten_) {
        if (id == *key) return std::optional<std::string>(content);
      }
      return std::optional<std::string>();
    }
    place = found->second;
    segment = segments_.at(place.segment);
  }
  std::string content(place.bytes, '\0');
  if (::pread(segment->fd.get(), content.data(), content.size(), place.offset) !=
      std::ssize(content)) {
    return SystemError("read", segment->path);
  }
  return std::optional<std::string>(std::move(content));
}

Result<std::int64_t> SmallLog::Sweep(std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint32_t> old;
  for (const auto& [number, segment] : segments_) {
    if (segment->last_ms < now_ms - settings_.keep_ms) old.push_back(number);
  }
  std::int64_t freed = 0;
  for (const auto number : old) freed += Drop(number);
  return freed;
}

std::int64_t SmallLog::UsedBytes() const {
  const std::lock_guard lock(mutex_);
  return used_bytes_;
}

}  // namespace firn::results
