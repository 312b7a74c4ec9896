#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firn::engine {

/// The tables that a text names, which depend on the text alone; the least used are forgotten.
/// Thread-safe.
class TableNamesCache {
 public:
  using Names = std::vector<std::string>;

  explicit TableNamesCache(std::size_t max_bytes = 8U << 20U) : max_bytes_(max_bytes) {}

  std::optional<Names> Find(std::string_view sql);
  void Add(std::string_view sql, const Names& names);

 private:
  struct Entry {
    std::string sql;
    Names names;
    std::size_t bytes;
  };

  const std::size_t max_bytes_;
  std::mutex mutex_;          // guards all below
  std::list<Entry> entries_;  // the last used first
  std::map<std::string_view, std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace firn::engine
