#include "engine/table_names_cache.hpp"

namespace firn::engine {

std::optional<TableNamesCache::Names> TableNamesCache::Find(std::string_view sql) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(sql);
  if (found == index_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->names;
}

void TableNamesCache::Add(std::string_view sql, const Names& names) {
  auto bytes = sql.size() + sizeof(Entry) + 64;
  for (const auto& name : names) bytes += name.size() + sizeof(std::string);
  if (bytes > max_bytes_ / 8) return;
  const std::lock_guard lock(mutex_);
  if (index_.contains(sql)) return;
  entries_.push_front({std::string(sql), names, bytes});
  index_.emplace(entries_.front().sql, entries_.begin());
  bytes_ += bytes;
  while (bytes_ > max_bytes_) {
    bytes_ -= entries_.back().bytes;
    index_.erase(entries_.back().sql);
    entries_.pop_back();
  }
}

}  // namespace firn::engine
