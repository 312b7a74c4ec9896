#include "sql/cursor.hpp"

#include <charconv>

#include "base/names.hpp"
#include "sql/position.hpp"

namespace firn::sql {
namespace {

constexpr std::size_t kMaxNameParts = 3;

bool IsName(const Token* token) {
  return token != nullptr && (token->kind == TokenKind::kWord ||
                              (token->kind == TokenKind::kQuotedName && token->text.size() > 2));
}

bool IsSymbol(const Token* token, std::string_view symbol) {
  return token != nullptr && token->kind == TokenKind::kSymbol && token->text == symbol;
}

bool IsText(const Token* token) {
  return token != nullptr &&
         (token->kind == TokenKind::kString || token->kind == TokenKind::kDollarText);
}

/// How many tokens from the first on are these words; 0 when one is not.
std::size_t MatchWords(std::span<const Token> tokens, std::string_view words) {
  std::size_t count = 0;
  while (!words.empty()) {
    const auto space = words.find(' ');
    const auto word = words.substr(0, space);
    words = space == std::string_view::npos ? std::string_view() : words.substr(space + 1);
    if (word.empty()) continue;
    if (count == tokens.size() || tokens[count].kind != TokenKind::kWord ||
        !EqualIgnoringCase(tokens[count].text, word)) {
      return 0;
    }
    ++count;
  }
  return count;
}

}  // namespace

const Token* Cursor::Peek(std::size_t ahead) const {
  return ahead < tokens_.size() - at_ ? &tokens_[at_ + ahead] : nullptr;
}

bool Cursor::Accept(std::string_view words) {
  const auto count = MatchWords(tokens_.subspan(at_), words);
  at_ += count;
  return count > 0;
}

bool Cursor::AcceptSymbol(std::string_view symbol) {
  if (!IsSymbol(Peek(), symbol)) return false;
  ++at_;
  return true;
}

Status Cursor::Expect(std::string_view words) {
  while (!words.empty()) {  // word by word, so that the error names the first wrong one
    const auto space = words.find(' ');
    const auto word = words.substr(0, space);
    words = space == std::string_view::npos ? std::string_view() : words.substr(space + 1);
    if (!word.empty() && !Accept(word)) return Unexpected();
  }
  return {};
}

Status Cursor::ExpectSymbol(std::string_view symbol) {
  if (!AcceptSymbol(symbol)) return Unexpected();
  return {};
}

Status Cursor::ExpectEnd() {
  while (AcceptSymbol(";")) {
  }
  if (!AtEnd()) return Unexpected();
  return {};
}

Result<std::string> Cursor::ExpectName() {
  if (!IsName(Peek())) return Unexpected();
  return NameValue(tokens_[at_++]);
}

Result<NameParts> Cursor::ExpectNameParts() {
  if (IsSymbol(Peek(1), "(") && Accept("IDENTIFIER")) {
    ++at_;
    const auto* text = Peek();
    FIRN_TRY(const auto name, ExpectString());
    auto parts = ParseNameParts(name);
    if (!parts) return SyntaxError(text_, text->begin, text->text);
    FIRN_CHECK(ExpectSymbol(")"));
    return parts;
  }
  NameParts parts;
  FIRN_TRY(auto first, ExpectName());
  parts.push_back(std::move(first));
  while (IsSymbol(Peek(), ".")) {
    if (parts.size() == kMaxNameParts) return Unexpected();
    ++at_;
    if (parts.size() == 1 && IsSymbol(Peek(), ".")) {  // db..name leaves the schema out
      parts.emplace_back("PUBLIC");
      continue;
    }
    FIRN_TRY(auto part, ExpectName());
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<std::string> Cursor::ExpectString() {
  if (!IsText(Peek())) return Unexpected();
  return StringValue(tokens_[at_++]);
}

Result<std::int64_t> Cursor::ExpectInteger() {
  const bool has_sign = IsSymbol(Peek(), "-") || IsSymbol(Peek(), "+");
  const auto* number = Peek(has_sign ? 1 : 0);
  if (number == nullptr || number->kind != TokenKind::kNumber) return Unexpected();
  const auto digits = (has_sign && Peek()->text == "-" ? "-" : "") + std::string(number->text);
  std::int64_t value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) {
    return SyntaxError(text_, number->begin, number->text);
  }
  at_ += has_sign ? 2 : 1;
  return value;
}

Result<std::string> Cursor::ExpectStage() {
  const auto* token = Peek();
  if (token == nullptr) return Unexpected();
  std::string stage;
  if (token->kind == TokenKind::kStage) {
    stage = token->text;
  } else if (IsText(token)) {
    stage = StringValue(*token);
  }
  const bool is_stage = stage.size() > 1 && stage[0] == '@';
  if (!is_stage && !EqualIgnoringCase(std::string_view(stage).substr(0, 7), "snow://")) {
    return Unexpected();
  }
  ++at_;
  return stage;
}

Result<bool> Cursor::ExpectBool() {
  if (Accept("TRUE")) return true;
  if (Accept("FALSE")) return false;
  return Unexpected();
}

Result<std::string_view> Cursor::ExpectParenthesised() {
  if (!IsSymbol(Peek(), "(")) return Unexpected();
  const auto begin = tokens_[at_].end();
  std::size_t depth = 0;
  for (auto index = at_; index < tokens_.size(); ++index) {
    if (IsSymbol(&tokens_[index], "(")) ++depth;
    if (IsSymbol(&tokens_[index], ")") && --depth == 0) {
      at_ = index + 1;
      return text_.substr(begin, tokens_[index].begin - begin);
    }
  }
  at_ = tokens_.size();
  return Unexpected();
}

std::string_view Cursor::Rest() {
  const auto begin = at_;
  auto end = tokens_.size();
  while (end > begin && IsSymbol(&tokens_[end - 1], ";")) --end;
  at_ = tokens_.size();
  if (begin == end) return {};
  return text_.substr(tokens_[begin].begin, tokens_[end - 1].end() - tokens_[begin].begin);
}

Error Cursor::Unexpected() const {
  if (AtEnd()) return SyntaxError(text_, text_.size(), "<EOF>");
  return SyntaxError(text_, tokens_[at_].begin, tokens_[at_].text);
}

Result<NameParts> ParseNameParts(std::string_view text) {
  FIRN_TRY(const auto tokens, Lex(text));
  Cursor cursor(text, tokens);
  if (cursor.Peek() != nullptr && IsSymbol(cursor.Peek(1), "(")) {
    return SyntaxError(text, tokens[1].begin, "(");
  }
  FIRN_TRY(auto parts, cursor.ExpectNameParts());
  if (!cursor.AtEnd()) return cursor.Unexpected();
  return parts;
}

}  // namespace firn::sql
