#include "sql/duck_lexer.hpp"

namespace firn::sql {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsWordPart(char c) { return IsWordStart(c) || IsDigit(c) || c == '$'; }

constexpr std::string_view kSymbols = "()[]{},.;:+-*/%^<>=!~@#&|";

Error Refused(std::string_view what, std::size_t at) {
  return Error{Code::kInternal, "The translated statement holds " + std::string(what) +
                                    " at byte " + std::to_string(at) +
                                    "; this statement cannot be run."};
}

class DuckLexer {
 public:
  explicit DuckLexer(std::string_view sql) : sql_(sql) {}

  Result<std::vector<DuckToken>> Run() {
    if (const auto nul = sql_.find('\0'); nul != std::string_view::npos) {
      return Refused("a NUL", nul);  // behind it DuckDB would not read on
    }
    tokens_.reserve(sql_.size() / 5 + 4);
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        ++at_;
      } else {
        FIRN_CHECK(ReadToken(c));
      }
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char At(std::size_t index) const {
    return index < sql_.size() ? sql_[index] : '\0';
  }

  void Add(DuckKind kind, std::size_t end) {
    tokens_.push_back({kind, sql_.substr(at_, end - at_), at_});
    at_ = end;
  }

  Status ReadToken(char c) {
    if (IsWordStart(c)) {
      auto end = at_ + 1;
      while (IsWordPart(At(end))) ++end;
      Add(DuckKind::kWord, end);
      return {};
    }
    if (IsDigit(c) || (c == '.' && IsDigit(At(at_ + 1)))) {
      ReadNumber();
      return {};
    }
    if (c == '\'') return ReadQuoted(DuckKind::kString);
    if (c == '"') return ReadQuoted(DuckKind::kQuotedName);
    if (c == '?') {
      Add(DuckKind::kParameter, at_ + 1);
      return {};
    }
    if (c == '$') return ReadParameter();
    const char next = At(at_ + 1);
    if ((c == '-' && next == '-') || (c == '/' && next == '*')) return Refused("a comment", at_);
    if (kSymbols.find(c) == std::string_view::npos) {
      return Refused("a character that is not allowed", at_);
    }
    Add(DuckKind::kSymbol, at_ + 1);
    return {};
  }

  /// Takes no more than DuckDB would: what it misses becomes a word, which is checked.
  void ReadNumber() {
    auto end = at_;
    while (IsDigit(At(end))) ++end;
    if (At(end) == '.') {
      ++end;
      while (IsDigit(At(end))) ++end;
    }
    if (At(end) == 'e' || At(end) == 'E') {
      auto exponent = end + 1;
      if (At(exponent) == '+' || At(exponent) == '-') ++exponent;
      if (IsDigit(At(exponent))) {
        while (IsDigit(At(exponent))) ++exponent;
        end = exponent;
      }
    }
    Add(DuckKind::kNumber, end);
  }

  Status ReadParameter() {
    auto end = at_ + 1;
    while (IsDigit(At(end))) ++end;
    if (end == at_ + 1 || IsWordPart(At(end))) return Refused("a '$'", at_);
    Add(DuckKind::kParameter, end);
    return {};
  }

  Status ReadQuoted(DuckKind kind) {
    // E'…', X'…', U&"…" and the like have rules of their own.
    if (!tokens_.empty() && tokens_.back().end() == at_ &&
        (tokens_.back().kind != DuckKind::kSymbol || tokens_.back().text == "&")) {
      return Refused("a quote without a blank before it", at_);
    }
    const char quote = sql_[at_];
    for (auto index = at_ + 1; index < sql_.size(); ++index) {
      if (sql_[index] != quote) continue;
      if (At(index + 1) == quote) {
        ++index;
        continue;
      }
      if (kind == DuckKind::kQuotedName && index == at_ + 1) return Refused("an empty name", at_);
      Add(kind, index + 1);
      return {};
    }
    return Refused("an unclosed quote", at_);
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<DuckToken> tokens_;
};

}  // namespace

Result<std::vector<DuckToken>> DuckLex(std::string_view sql) { return DuckLexer(sql).Run(); }

std::string DuckName(const DuckToken& token) {
  if (token.kind != DuckKind::kQuotedName) return std::string(token.text);
  std::string name;
  const auto inner = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (inner[i] == '"') ++i;  // the second of a pair
  }
  return name;
}

}  // namespace firn::sql
