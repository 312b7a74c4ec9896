#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sql/cursor.hpp"
#include "sql/lexer.hpp"
#include "sql/rewrite.hpp"

/// The statement parser: whatever the bytes are, tokens lie inside the text and in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firn::sql;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)SplitStatements(text);
  (void)ParseNameParts(text);
  const auto tokens = Lex(text);
  if (!tokens) return 0;
  std::size_t last = 0;
  for (const auto& token : *tokens) {
    if (token.text.empty() || token.begin < last || token.end() > size) std::abort();
    last = token.end();
    if (token.kind == TokenKind::kString || token.kind == TokenKind::kDollarText) {
      (void)StringValue(token);
    }
    if (token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName) {
      (void)NameValue(token);
    }
  }
  (void)ResolveIdentifiers(text, *tokens, {{"A.b"}, std::nullopt}, {{"V", "'x'"}, {"N", "1"}});
  for (std::size_t i = 0; i < tokens->size() && i < 8; ++i) {
    const auto from = std::span(*tokens).subspan(i);
    (void)Cursor(text, from).ExpectNameParts();
    (void)Cursor(text, from).ExpectInteger();
    (void)Cursor(text, from).ExpectStage();
    (void)Cursor(text, from).ExpectParenthesised();
    (void)Cursor(text, from).Rest();
    (void)Cursor(text, from).Expect("CREATE TABLE");
  }
  return 0;
}
