#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/files.hpp"
#include "base/result.hpp"

namespace firn::results {

/// Keeps small records by UUID in a few append-only files, so that a one-row answer costs one
/// write and no folder. The oldest file goes when there is too much. Thread-safe.
///
///   file    record record …
///   record  length u32 | crc32 u32 | uuid 16 bytes | content      (little endian; length and
///                                                                 crc32 are those of uuid+content)
///
/// A torn last record (a crash) is cut off when the files are opened. On a full disk the newest
/// records are kept in memory instead: what a statement did stands, so its answer must come.
class SmallLog {
 public:
  struct Settings {
    std::filesystem::path folder;
    std::int64_t segment_bytes = 8LL << 20;
    std::int64_t most_bytes = 256LL << 20;
    std::int64_t keep_ms = 0;  ///< a file older than this goes whole
    std::int64_t most_unwritten_bytes = 8LL << 20;
  };

  static Result<std::unique_ptr<SmallLog>> Open(const Settings& settings);

  /// A later record of the same id hides the former.
  Status Append(std::string_view uuid, std::string_view content);
  /// Null when there is none (any more).
  Result<std::optional<std::string>> Find(std::string_view uuid) const;
  /// Removes the files last written before now - keep_ms. Returns bytes freed.
  Result<std::int64_t> Sweep(std::int64_t now_ms);
  [[nodiscard]] std::int64_t UsedBytes() const;

 private:
  using Key = std::array<std::uint64_t, 2>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return key[0] ^ (key[1] * 0x9e3779b97f4a7c15); }
  };
  struct Segment {
    std::filesystem::path path;
    UniqueFd fd;
    std::int64_t bytes = 0;
    std::int64_t last_ms = 0;  ///< when it was last written
  };
  struct Place {
    std::uint32_t segment;
    std::uint32_t offset;  ///< of the content
    std::uint32_t bytes;
  };

  explicit SmallLog(Settings settings) : settings_(std::move(settings)) {}
  static std::optional<Key> ParseUuid(std::string_view uuid);
  Status Load(std::uint32_t number, const std::filesystem::path& path);
  Status Roll();
  Status Write(const Key& key, std::string_view content);
  void Remember(const Key& key, std::string_view content);
  std::int64_t Drop(std::uint32_t number);

  const Settings settings_;
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::shared_ptr<Segment>> segments_;  ///< the last one grows
  std::unordered_map<Key, Place, KeyHash> places_;
  std::deque<std::pair<Key, std::string>> unwritten_;  ///< the oldest first
  std::int64_t unwritten_bytes_ = 0;
  std::int64_t used_bytes_ = 0;
};

}  // namespace firn::results
