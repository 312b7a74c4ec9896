#include "sql/rewrite.hpp"

#include <charconv>

#include "base/names.hpp"
#include "sql/cursor.hpp"
#include "sql/position.hpp"

namespace firn::sql {
namespace {

bool IsSessionVariable(const Token& token) {
  return token.kind == TokenKind::kVariable && (token.text[1] < '0' || token.text[1] > '9');
}

Error Invalid(std::string message) {
  return SqlError(Code::kInvalid, 904, "42000", "SQL compilation error:\n" + std::move(message));
}

/// The parts with quotes around each: nothing in them can end the name.
std::string QuotedName(const NameParts& parts) {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += '.';
    out += '"';
    for (const char c : part) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  return out;
}

class Rewriter {
 public:
  Rewriter(std::string_view text, std::span<const Token> tokens,
           const std::vector<std::optional<std::string>>& bindings,
           const std::map<std::string, std::string>& variables)
      : text_(text), tokens_(tokens), bindings_(bindings), variables_(variables) {}

  Result<Rewritten> Run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const auto& token = tokens_[i];
      if (IsIdentifierCall(i)) {
        FIRN_TRY(const auto name, ResolveName(tokens_[i + 2]));
        Replace(token.begin, tokens_[i + 3].end(), name);
        i += 3;
      } else if (IsSessionVariable(token)) {
        FIRN_TRY(const auto* literal, Variable(token));
        Replace(token.begin, token.end(), *literal);
      } else if (token.text == "?" && token.kind == TokenKind::kBinding) {
        ++marks_;
      }
    }
    if (copied_ == 0 && out_.empty()) return Rewritten{};
    out_ += text_.substr(copied_);
    return Rewritten{std::move(out_), std::move(consumed_)};
  }

 private:
  [[nodiscard]] bool IsIdentifierCall(std::size_t i) const {
    if (i + 3 >= tokens_.size() || tokens_[i].kind != TokenKind::kWord ||
        tokens_[i + 1].text != "(" || tokens_[i + 3].text != ")" ||
        !EqualIgnoringCase(tokens_[i].text, "IDENTIFIER")) {
      return false;
    }
    const auto& argument = tokens_[i + 2];
    return argument.kind == TokenKind::kString || argument.kind == TokenKind::kDollarText ||
           argument.kind == TokenKind::kBinding || IsSessionVariable(argument);
  }

  Result<std::string> ResolveName(const Token& argument) {
    FIRN_TRY(const auto name, NameText(argument));
    const auto parts = ParseNameParts(name);
    if (!parts) return SyntaxError(text_, argument.begin, name);
    return QuotedName(*parts);
  }

  Result<std::string> NameText(const Token& argument) {
    if (argument.kind == TokenKind::kBinding) return BoundText(argument);
    if (argument.kind != TokenKind::kVariable) return StringValue(argument);
    FIRN_TRY(const auto* literal, Variable(argument));
    const auto tokens = Lex(*literal);
    if (!tokens || tokens->size() != 1 ||
        (tokens->front().kind != TokenKind::kString &&
         tokens->front().kind != TokenKind::kDollarText)) {
      return Invalid("Session variable '" + UpperCase(argument.text) +
                     "' does not hold the name of an object.");
    }
    return StringValue(tokens->front());
  }

  Result<std::string> BoundText(const Token& argument) {
    std::size_t index = marks_;
    if (argument.text == "?") {
      consumed_.push_back(marks_++);
    } else {
      const auto digits = argument.text.substr(1);
      const auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), index);
      if (error != std::errc() || stop != digits.data() + digits.size() || index == 0) {
        return SyntaxError(text_, argument.begin, argument.text);
      }
      --index;
    }
    if (index >= bindings_.size() || !bindings_[index]) {
      return Invalid("Bind variable " + std::to_string(index + 1) +
                     " in IDENTIFIER() is not set to a text.");
    }
    return *bindings_[index];
  }

  Result<const std::string*> Variable(const Token& token) const {
    const auto name = UpperCase(token.text.substr(1));
    const auto found = variables_.find(name);
    if (found == variables_.end()) {
      const auto position = PositionOf(text_, token.begin);
      return Invalid("error line " + std::to_string(position.line) + " at position " +
                     std::to_string(position.column) + "\nSession variable '$" + name +
                     "' does not exist");
    }
    return &found->second;
  }

  void Replace(std::size_t begin, std::size_t end, std::string_view replacement) {
    out_ += text_.substr(copied_, begin - copied_);
    // Blanks keep the neighbours' tokens apart from the new ones: -$V with V = -1 is no comment.
    out_ += ' ';
    out_ += replacement;
    if (end < text_.size() && text_[end] != '.' && text_[end] != ':') out_ += ' ';
    copied_ = end;
  }

  std::string_view text_;
  std::span<const Token> tokens_;
  const std::vector<std::optional<std::string>>& bindings_;
  const std::map<std::string, std::string>& variables_;
  std::string out_;
  std::size_t copied_ = 0;  ///< up to here text_ is in out_
  std::size_t marks_ = 0;   ///< `?`s met so far
  std::vector<std::size_t> consumed_;
};

}  // namespace

Result<Rewritten> ResolveIdentifiers(std::string_view text, std::span<const Token> tokens,
                                     const std::vector<std::optional<std::string>>& bindings,
                                     const std::map<std::string, std::string>& variables) {
  return Rewriter(text, tokens, bindings, variables).Run();
}

}  // namespace firn::sql
