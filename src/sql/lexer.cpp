#include "sql/lexer.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/names.hpp"
#include "sql/position.hpp"

namespace firn::sql {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c) || c == '$'; }

// Longest first, so that the first that fits is the one.
constexpr std::array<std::string_view, 12> kLongSymbols{"->>", "=>", "::", "<=", ">=", "<>",
                                                        "!=",  "||", "->", ":=", "==", "**"};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    tokens_.reserve(text_.size() / 6 + 4);
    while (true) {
      FIRN_CHECK(SkipBlanks());
      if (at_ == text_.size()) return std::move(tokens_);
      FIRN_CHECK(ReadToken());
    }
  }

 private:
  [[nodiscard]] char At(std::size_t index) const {
    return index < text_.size() ? text_[index] : '\0';
  }
  [[nodiscard]] bool StartsWith(std::string_view prefix) const {
    return text_.substr(at_, prefix.size()) == prefix;
  }

  void Add(TokenKind kind, std::size_t end) {
    tokens_.push_back({kind, text_.substr(at_, end - at_), at_});
    at_ = end;
  }

  [[nodiscard]] Error Unclosed(std::size_t begin) const {
    return ParseError(text_, begin, "<EOF>");
  }

  Status SkipBlanks() {
    while (at_ < text_.size()) {
      if (IsSpace(text_[at_])) {
        ++at_;
      } else if (StartsWith("--") || StartsWith("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (StartsWith("/*")) {
        const auto close = text_.find("*/", at_ + 2);
        if (close == std::string_view::npos) return Unclosed(at_);
        at_ = close + 2;
      } else {
        break;
      }
    }
    return {};
  }

  Status ReadToken() {
    const char c = text_[at_];
    if (const auto end = EndOfLocalFile()) {
      Add(c == '\'' ? TokenKind::kString : TokenKind::kStage, *end);
      return {};
    }
    if (IsWordStart(c)) return ReadWord();
    if (IsDigit(c) || (c == '.' && IsDigit(At(at_ + 1)) && !TouchesOperand())) {
      Add(TokenKind::kNumber, NumberEnd());
      return {};
    }
    switch (c) {
      case '\'': return ReadQuoted(TokenKind::kString, true);
      case '"': return ReadQuoted(TokenKind::kQuotedName, false);
      case '$': return ReadDollar();
      case '@': return ReadStage(true);
      case '?': Add(TokenKind::kBinding, at_ + 1); return {};
      case ':':
        if (IsBinding()) {
          Add(TokenKind::kBinding, WordEnd(at_ + 1));
          return {};
        }
        break;
      default: break;
    }
    ReadSymbol();
    return {};
  }

  Status ReadWord() {
    const auto end = WordEnd(at_);
    if (text_.substr(end, 3) == "://") {
      const auto scheme = text_.substr(at_, end - at_);
      if (EqualIgnoringCase(scheme, "snow")) return ReadStage(true);
      if (EqualIgnoringCase(scheme, "file")) return ReadStage(false);
    }
    Add(TokenKind::kWord, end);
    return {};
  }

  /// Where the local file of a PUT ends when the stage behind it can be seen: the clients put the
  /// names of single files into the statement that they were given, and quote nothing anew, so
  /// there may be blanks and quotes in it. The first stage that can follow ends it, so that nothing
  /// behind that decides: a statement split off reads as it did in the whole text.
  [[nodiscard]] std::optional<std::size_t> EndOfLocalFile() const {
    const bool quoted = text_[at_] == '\'';
    const auto begin = at_ + (quoted ? 1 : 0);
    if (!EqualIgnoringCase(text_.substr(begin, 7), "file://") || !FollowsPut()) return std::nullopt;
    const auto line = text_.substr(at_, text_.find_first_of("\n;", at_) - at_);
    for (std::size_t blank = line.find(' ', 8); blank != std::string_view::npos;
         blank = line.find(' ', blank + 1)) {
      const auto rest = line.substr(blank + 1);
      const bool is_stage = rest.starts_with('@') || rest.starts_with("'@") ||
                            rest.starts_with("snow://") || rest.starts_with("'snow://");
      if (!is_stage) continue;
      const auto name = line.substr(0, line.find_last_not_of(" \t", blank) + 1);
      if (!quoted || (name.size() >= 9 && name.ends_with('\''))) return at_ + name.size();
    }
    return std::nullopt;
  }

  [[nodiscard]] bool FollowsPut() const {
    const auto count = tokens_.size();
    return count > 0 && EqualIgnoringCase(tokens_[count - 1].text, "PUT") &&
           (count == 1 || tokens_[count - 2].text == ";");
  }

  [[nodiscard]] std::size_t WordEnd(std::size_t index) const {
    while (index < text_.size() && IsWordPart(text_[index])) ++index;
    return index;
  }

  [[nodiscard]] std::size_t NumberEnd() const {
    auto index = at_;
    while (IsDigit(At(index))) ++index;
    if (At(index) == '.') {
      ++index;
      while (IsDigit(At(index))) ++index;
    }
    if (At(index) == 'e' || At(index) == 'E') {
      auto exponent = index + 1;
      if (At(exponent) == '+' || At(exponent) == '-') ++exponent;
      if (IsDigit(At(exponent))) {
        while (IsDigit(At(exponent))) ++exponent;
        index = exponent;
      }
    }
    return index;
  }

  Status ReadQuoted(TokenKind kind, bool backslash_escapes) {
    const char quote = text_[at_];
    for (auto index = at_ + 1; index < text_.size(); ++index) {
      if (backslash_escapes && text_[index] == '\\') {
        ++index;
      } else if (text_[index] == quote) {
        if (At(index + 1) == quote) {
          ++index;
        } else {
          Add(kind, index + 1);
          return {};
        }
      }
    }
    return Unclosed(at_);
  }

  Status ReadDollar() {
    if (At(at_ + 1) == '$') {
      const auto close = text_.find("$$", at_ + 2);
      if (close == std::string_view::npos) return Unclosed(at_);
      Add(TokenKind::kDollarText, close + 2);
    } else if (IsDigit(At(at_ + 1))) {
      auto end = at_ + 1;
      while (IsDigit(At(end))) ++end;
      Add(TokenKind::kVariable, end);
    } else if (IsWordStart(At(at_ + 1))) {
      Add(TokenKind::kVariable, WordEnd(at_ + 1));
    } else {
      Add(TokenKind::kSymbol, at_ + 1);
    }
    return {};
  }

  Status ReadStage(bool ends_at_punctuation) {
    auto index = at_ + 1;
    for (; index < text_.size(); ++index) {
      const char c = text_[index];
      if (IsSpace(c) || c == ';') break;
      if (ends_at_punctuation && (c == ',' || c == ')')) break;
      if (c == '"') {
        const auto close = text_.find('"', index + 1);
        if (close == std::string_view::npos) return Unclosed(index);
        index = close;
      }
    }
    Add(TokenKind::kStage, index);
    return {};
  }

  /// Whether something that has a value ends exactly where the lexer stands.
  [[nodiscard]] bool TouchesOperand() const {
    return !tokens_.empty() && tokens_.back().end() == at_ && IsOperand(tokens_.back());
  }

  static bool IsOperand(const Token& token) {
    return token.kind != TokenKind::kSymbol || token.text == ")" || token.text == "]";
  }

  /// `v:path` and the `:` of {'key':1} are symbols; `= :1`, `SELECT :name` are bindings.
  [[nodiscard]] bool IsBinding() const {
    const char next = At(at_ + 1);
    if (!IsDigit(next) && !IsWordStart(next)) return false;
    if (tokens_.empty()) return true;
    return !TouchesOperand() && tokens_.back().kind != TokenKind::kString;
  }

  void ReadSymbol() {
    for (const auto symbol : kLongSymbols) {
      if (StartsWith(symbol)) return Add(TokenKind::kSymbol, at_ + symbol.size());
    }
    Add(TokenKind::kSymbol, at_ + 1);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> Lex(std::string_view text) {
  // The engine's texts end at a NUL; nobody writes one by hand.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    return SyntaxError(text, nul, "\\0");
  }
  return Lexer(text).Run();
}

Result<std::vector<std::string_view>> SplitStatements(std::string_view text) {
  FIRN_TRY(const auto tokens, Lex(text));
  std::vector<std::string_view> statements;
  const Token* first = nullptr;
  const Token* last = nullptr;
  const auto finish = [&] {
    if (first != nullptr) {
      statements.push_back(text.substr(first->begin, last->end() - first->begin));
    }
    first = nullptr;
  };
  for (const auto& token : tokens) {
    if (token.kind == TokenKind::kSymbol && token.text == ";") {
      finish();
    } else {
      if (first == nullptr) first = &token;
      last = &token;
    }
  }
  finish();
  return statements;
}

std::string NameValue(const Token& token) {
  if (token.kind != TokenKind::kQuotedName) return UpperCase(token.text);
  std::string name;
  const auto inner = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == '"') ++i;  // the second of a pair
  }
  return name;
}

}  // namespace firn::sql
