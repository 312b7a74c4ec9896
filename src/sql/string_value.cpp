#include <cstdint>

#include "sql/lexer.hpp"

namespace firn::sql {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void AppendUtf8(std::string& out, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | (code >> 6U));
    add(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    add(0xE0U | (code >> 12U));
    add(0x80U | ((code >> 6U) & 0x3FU));
    add(0x80U | (code & 0x3FU));
  } else {
    add(0xF0U | (code >> 18U));
    add(0x80U | ((code >> 12U) & 0x3FU));
    add(0x80U | ((code >> 6U) & 0x3FU));
    add(0x80U | (code & 0x3FU));
  }
}

/// Reads the escapes of one quoted text.
class Unescaper {
 public:
  explicit Unescaper(std::string_view text) : text_(text) {}

  std::string Run() {
    std::string out;
    out.reserve(text_.size());
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        Escape(out);
      } else {
        out += c;
        if (c == '\'' && text_.substr(at_, 1) == "'") ++at_;  // the second of a pair
      }
    }
    return out;
  }

 private:
  /// `count` hexadecimal digits at the cursor, or -1.
  std::int64_t Hex(std::size_t from, std::size_t count) const {
    if (from + count > text_.size()) return -1;
    std::int64_t value = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      const int digit = HexDigit(text_[i]);
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }

  void Escape(std::string& out) {
    const char c = text_[at_++];
    switch (c) {
      case 'n': out += '\n'; return;
      case 't': out += '\t'; return;
      case 'r': out += '\r'; return;
      case 'b': out += '\b'; return;
      case 'f': out += '\f'; return;
      case 'x':
        if (const auto value = Hex(at_, 2); value >= 0) {
          at_ += 2;
          AppendUtf8(out, static_cast<std::uint32_t>(value));
          return;
        }
        break;
      case 'u':
        if (Unicode(out)) return;
        break;
      default:
        if (c >= '0' && c <= '7') return Octal(out, c);
        break;
    }
    out += c;
  }

  void Octal(std::string& out, char first) {
    auto value = static_cast<std::uint32_t>(first - '0');
    for (int i = 0; i < 2 && at_ < text_.size(); ++i) {
      const char c = text_[at_];
      if (c < '0' || c > '7') break;
      value = value * 8 + static_cast<std::uint32_t>(c - '0');
      ++at_;
    }
    AppendUtf8(out, value);
  }

  bool Unicode(std::string& out) {
    const auto unit = Hex(at_, 4);
    if (unit < 0) return false;
    at_ += 4;
    auto code = static_cast<std::uint32_t>(unit);
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const auto low = Hex(at_ + 2, 4);
      if (low >= 0xDC00 && low < 0xE000) {
        at_ += 6;
        code = 0x10000 + ((code - 0xD800) << 10U) + (static_cast<std::uint32_t>(low) - 0xDC00);
      }
    }
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;  // half a pair is no character
    AppendUtf8(out, code);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string StringValue(const Token& token) {
  if (token.kind == TokenKind::kDollarText) {
    return std::string(token.text.substr(2, token.text.size() - 4));
  }
  return Unescaper(token.text.substr(1, token.text.size() - 2)).Run();
}

std::string StringLiteral(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  out += '\'';
  return out;
}

}  // namespace firn::sql
