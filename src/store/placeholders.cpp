#include "store/placeholders.hpp"

#include <algorithm>

#include "base/names.hpp"

namespace firn::store {
namespace {

/// The end of the quoted text or comment that begins at `at`, or `at` when none does.
std::size_t SkipOpaque(std::string_view sql, std::size_t at) {
  const auto behind = [&](std::string_view mark, std::size_t from) {
    const auto end = sql.find(mark, from);
    return end == std::string_view::npos ? sql.size() : end + mark.size();
  };
  // A doubled quote is two texts side by side, which comes to the same.
  if (sql[at] == '\'' || sql[at] == '"') return behind(sql.substr(at, 1), at + 1);
  if (sql.substr(at, 2) == "--") return behind("\n", at + 2);
  if (sql.substr(at, 2) == "/*") return behind("*/", at + 2);
  return at;
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

std::string NumberPlaceholders(std::string_view sql) {
  std::string out;
  out.reserve(sql.size() + 16);
  int number = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const auto end = SkipOpaque(sql, at);
    if (end > at) {
      out += sql.substr(at, end - at);
      at = end;
      continue;
    }
    if (sql[at] == '?') {
      out += '$' + std::to_string(++number);
    } else {
      out += sql[at];
    }
    ++at;
  }
  return out;
}

bool BeginsAsRead(std::string_view sql) {
  bool is_first = true;
  for (std::size_t at = 0; at < sql.size();) {
    const auto end = SkipOpaque(sql, at);
    if (end > at || !IsLetter(sql[at])) {
      at = std::max(end, at + 1);
      continue;
    }
    const auto begin = at;
    while (at < sql.size() && IsLetter(sql[at])) ++at;
    const auto word = UpperCase(sql.substr(begin, at - begin));
    if (is_first) {
      if (word == "SELECT" || word == "VALUES" || word == "SHOW" || word == "EXPLAIN") return true;
      if (word != "WITH") return false;
      is_first = false;
    } else if (word == "INSERT" || word == "UPDATE" || word == "DELETE") {
      return false;
    }
  }
  return !is_first;
}

}  // namespace firn::store
