#pragma once

#include <cstddef>
#include <string_view>

#include "base/error.hpp"

namespace firn::sql {

/// Where an offset stands, as Snowflake counts: lines from 1, characters in the line from 0.
struct Position {
  std::size_t line = 1;
  std::size_t column = 0;
};

Position PositionOf(std::string_view text, std::size_t offset);

/// "syntax error line 1 at position 7 unexpected 'FORM'." (1003, 42000).
Error SyntaxError(std::string_view text, std::size_t offset, std::string_view unexpected);
/// "parse error line 1 at position 7 near '<EOF>'." (1003, 42000).
Error ParseError(std::string_view text, std::size_t offset, std::string_view near);

}  // namespace firn::sql
