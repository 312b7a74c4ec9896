#include "statements/show.hpp"

#include "base/names.hpp"

namespace firn::statements {

Result<std::optional<std::string>> ParseLike(sql::Cursor& cursor) {
  if (!cursor.Accept("LIKE")) return std::optional<std::string>();
  FIRN_TRY(auto pattern, cursor.ExpectString());
  return std::optional(std::move(pattern));
}

Result<ShowFilter> ParseShowFilter(sql::Cursor& cursor) {
  ShowFilter filter;
  cursor.Accept("HISTORY");
  FIRN_TRY(filter.like, ParseLike(cursor));
  if (cursor.Accept("IN")) {
    using In = ShowFilter::In;
    if (cursor.Accept("ACCOUNT")) {
      filter.in = In::kAccount;
    } else {
      filter.in = In::kSchema;
      if (cursor.Accept("DATABASE")) filter.in = In::kDatabase;
      if (cursor.Accept("TABLE") || cursor.Accept("VIEW")) filter.in = In::kTable;
      const bool said = cursor.Accept("SCHEMA") || filter.in != In::kSchema;
      const bool has_name = !cursor.AtEnd() && cursor.Peek()->text != ";";
      if (has_name) {
        FIRN_TRY(filter.in_name, cursor.ExpectNameParts());
      } else if (!said) {
        return cursor.Unexpected();
      }
    }
  }
  if (cursor.Accept("STARTS WITH")) {
    FIRN_TRY(filter.starts_with, cursor.ExpectString());
  }
  if (cursor.Accept("LIMIT")) {
    FIRN_TRY(filter.limit, cursor.ExpectInteger());
    if (cursor.Accept("FROM")) {
      FIRN_TRY(filter.from, cursor.ExpectString());
    }
  }
  FIRN_CHECK(cursor.ExpectEnd());
  return filter;
}

bool LikeMatches(std::string_view pattern, std::string_view text) {
  const auto folded_pattern = UpperCase(pattern);
  const auto folded_text = UpperCase(text);
  // The classic walk with one point of return: the last `%` and where it was tried.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string::npos;
  std::size_t star_text = 0;
  while (t < folded_text.size()) {
    const bool escaped = p + 1 < folded_pattern.size() && folded_pattern[p] == '\\';
    const char wanted = p < folded_pattern.size() ? folded_pattern[p + (escaped ? 1 : 0)] : '\0';
    if (p < folded_pattern.size() && !escaped && wanted == '%') {
      star = p++;
      star_text = t;
    } else if (p < folded_pattern.size() &&
               (wanted == folded_text[t] || (!escaped && wanted == '_'))) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < folded_pattern.size() && folded_pattern[p] == '%') ++p;
  return p == folded_pattern.size();
}

bool Passes(const ShowFilter& filter, std::string_view name) {
  if (filter.like && !LikeMatches(*filter.like, name)) return false;
  if (filter.starts_with && !name.starts_with(*filter.starts_with)) return false;
  return !filter.from || name > *filter.from;
}

}  // namespace firn::statements
