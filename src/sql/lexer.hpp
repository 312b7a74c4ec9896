#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::sql {

enum class TokenKind {
  kWord,        ///< SELECT, flights, $1 is not one
  kQuotedName,  ///< "feature1"
  kString,      ///< 'text', with '' and backslash escapes
  kDollarText,  ///< $$text$$
  kNumber,      ///< 1, 1.5e3
  kVariable,    ///< $name or $1
  kBinding,     ///< ?, :1 or :name; the ':' of a path (v:a) touches what stands before it
  kStage,       ///< @stage/path or snow://… up to white space, ',', ')' or ';' outside "quotes";
                ///< file://… up to white space or ';', of a PUT up to its stage
  kSymbol,      ///< ( ) , . ; = => :: and the rest, longest first
};

/// A token and where it stands. `text` views the statement's text, which must outlive it.
struct Token {
  TokenKind kind;
  std::string_view text;
  std::size_t begin;
  [[nodiscard]] std::size_t end() const { return begin + text.size(); }
};

/// Tokens without white space and comments (--, //, /* */). Time grows with the text's length.
/// Errors: kInvalid (1003, 42000) for an unclosed quote or comment, naming line and column.
Result<std::vector<Token>> Lex(std::string_view text);

/// The statements of a text, split at ';' outside quotes, empty ones left out; each from its
/// first to its last token. BEGIN is a transaction's here, never a block's.
Result<std::vector<std::string_view>> SplitStatements(std::string_view text);

/// The text that a kString or kDollarText token stands for, escapes resolved.
std::string StringValue(const Token& token);
/// The text as a literal of Snowflake's, which StringValue reads back.
std::string StringLiteral(std::string_view text);
/// The folded name of a kWord or kQuotedName token.
std::string NameValue(const Token& token);

}  // namespace firn::sql
