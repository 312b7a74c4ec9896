#include "sql/translation_cache.hpp"

#include "sql/translation_json.hpp"

namespace firn::sql {

TranslationCache::Value TranslationCache::Find(std::string_view statement) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(statement);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->value;
}

void TranslationCache::Add(std::string_view statement, Value value) {
  const auto bytes = statement.size() + SizeOf(*value) + sizeof(Entry) + 64;
  if (bytes > max_bytes_ / 8 || max_entries_ == 0) return;
  const std::lock_guard lock(mutex_);
  if (index_.contains(statement)) return;
  entries_.push_front({std::string(statement), std::move(value), bytes});
  index_.emplace(entries_.front().statement, entries_.begin());
  bytes_ += bytes;
  while (entries_.size() > max_entries_ || bytes_ > max_bytes_) DropLast();
}

std::size_t TranslationCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void TranslationCache::DropLast() {
  const auto& last = entries_.back();
  bytes_ -= last.bytes;
  index_.erase(last.statement);
  entries_.pop_back();
}

}  // namespace firn::sql
