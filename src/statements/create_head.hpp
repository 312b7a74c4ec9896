#pragma once

#include <string_view>

#include "base/result.hpp"
#include "sql/cursor.hpp"

namespace firn::statements {

/// CREATE [OR REPLACE] [modifiers] <kind> [IF NOT EXISTS] name [IF NOT EXISTS]
struct CreateHead {
  bool or_replace = false;
  bool temporary = false;
  bool transient = false;
  bool if_not_exists = false;
  sql::NameParts name;
};

Result<CreateHead> ParseCreateHead(sql::Cursor& cursor, std::string_view kind);

}  // namespace firn::statements
