#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/lexer.hpp"

namespace firn::sql {

/// One to three parts of a name as written, folded.
using NameParts = std::vector<std::string>;

/// Reads a statement of ours from left to right. Every Expect* error is Snowflake's syntax error
/// (1003, 42000) naming line, column and the unexpected text.
class Cursor {
 public:
  Cursor(std::string_view text, std::span<const Token> tokens) : text_(text), tokens_(tokens) {}

  [[nodiscard]] bool AtEnd() const { return at_ == tokens_.size(); }
  /// The current token, or null at the end.
  [[nodiscard]] const Token* Peek(std::size_t ahead = 0) const;

  /// Takes the current token, whatever it is.
  void Skip() { at_ += at_ < tokens_.size() ? 1 : 0; }

  /// Takes the words if the next tokens are these (case ignored): Accept("IF NOT EXISTS").
  bool Accept(std::string_view words);
  /// Takes the symbol if it is next.
  bool AcceptSymbol(std::string_view symbol);
  Status Expect(std::string_view words);
  Status ExpectSymbol(std::string_view symbol);
  /// Nothing may be left but ';'.
  Status ExpectEnd();

  Result<std::string> ExpectName();
  /// a, a.b or a.b.c; also IDENTIFIER('a.b.c').
  Result<NameParts> ExpectNameParts();
  Result<std::string> ExpectString();
  Result<std::int64_t> ExpectInteger();
  /// A stage reference with its path, as written: @~/x, @db.s.stage/dir, '@stage/dir with space',
  /// snow://… (quotes removed).
  Result<std::string> ExpectStage();
  /// TRUE or FALSE.
  Result<bool> ExpectBool();

  /// Skips to behind the ')' that closes the '(' at the cursor; returns the text between.
  Result<std::string_view> ExpectParenthesised();
  /// The text from the cursor to the end of the statement; the cursor is then at the end.
  std::string_view Rest();

  /// The syntax error for the current token.
  [[nodiscard]] Error Unexpected() const;

 private:
  std::string_view text_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
};

/// Splits "a.b.c" (quotes kept apart) into folded parts. Errors: kInvalid.
Result<NameParts> ParseNameParts(std::string_view text);

}  // namespace firn::sql
