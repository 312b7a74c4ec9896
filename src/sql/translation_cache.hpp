#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/translator.hpp"

namespace firn::sql {

/// The translations used last, by the statement's text. Bounded in entries and in bytes, keys
/// included. Thread-safe.
class TranslationCache {
 public:
  using Value = std::shared_ptr<const Translation>;

  TranslationCache(std::size_t max_entries, std::size_t max_bytes)
      : max_entries_(max_entries), max_bytes_(max_bytes) {}

  Value Find(std::string_view statement);
  /// Leaves out what would take more than an eighth of the room.
  void Add(std::string_view statement, Value value);
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    std::string statement;
    Value value;
    std::size_t bytes;
  };

  void DropLast();

  const std::size_t max_entries_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the one used last first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // views entries_
};

}  // namespace firn::sql
