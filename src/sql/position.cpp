#include "sql/position.hpp"

#include <algorithm>
#include <string>

namespace firn::sql {
namespace {

constexpr int kSyntaxErrorNumber = 1003;
constexpr std::size_t kMaxShownBytes = 200;

std::string Where(std::string_view text, std::size_t offset) {
  const auto position = PositionOf(text, offset);
  return "line " + std::to_string(position.line) + " at position " +
         std::to_string(position.column);
}

/// Not more of a token than an error should carry, cut between characters.
std::string Shown(std::string_view token) {
  if (token.size() <= kMaxShownBytes) return std::string(token);
  auto size = kMaxShownBytes;
  while (size > 0 && (static_cast<unsigned char>(token[size]) & 0xC0U) == 0x80U) --size;
  return std::string(token.substr(0, size)) + "...";
}

Error Failure(std::string message) {
  return SqlError(Code::kInvalid, kSyntaxErrorNumber, "42000",
                  "SQL compilation error:\n" + std::move(message));
}

}  // namespace

Position PositionOf(std::string_view text, std::size_t offset) {
  Position position;
  const auto end = std::min(offset, text.size());
  for (std::size_t i = 0; i < end; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++position.line;
      position.column = 0;
    } else if ((byte & 0xC0U) != 0x80U) {  // not inside a UTF-8 sequence
      ++position.column;
    }
  }
  return position;
}

Error SyntaxError(std::string_view text, std::size_t offset, std::string_view unexpected) {
  return Failure("syntax error " + Where(text, offset) + " unexpected '" + Shown(unexpected) +
                 "'.");
}

Error ParseError(std::string_view text, std::size_t offset, std::string_view near) {
  return Failure("parse error " + Where(text, offset) + " near '" + Shown(near) + "'.");
}

}  // namespace firn::sql
