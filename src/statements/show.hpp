#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/cursor.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// What narrows a SHOW: LIKE 'x%' IN SCHEMA a.b STARTS WITH 'y' LIMIT 10 FROM 'z'
struct ShowFilter {
  std::optional<std::string> like;
  std::optional<std::string> starts_with;
  std::optional<std::string> from;
  std::optional<std::int64_t> limit;
  enum class In { kUnsaid, kAccount, kDatabase, kSchema, kTable } in = In::kUnsaid;
  sql::NameParts in_name;
};

/// LIKE 'pattern', if it stands there.
Result<std::optional<std::string>> ParseLike(sql::Cursor& cursor);
/// Everything up to the end of the statement.
Result<ShowFilter> ParseShowFilter(sql::Cursor& cursor);

/// The tables and views that IN means, else those of the session's schema.
Result<std::vector<std::shared_ptr<const catalog::Object>>> TablesIn(Execution& execution,
                                                                     const ShowFilter& filter);

/// SQL's LIKE without regard to case; `\` escapes.
bool LikeMatches(std::string_view pattern, std::string_view text);
/// True when the name passes LIKE, STARTS WITH and FROM (LIMIT is the caller's).
bool Passes(const ShowFilter& filter, std::string_view name);

}  // namespace firn::statements
