#include <algorithm>
#include <array>

#include "base/names.hpp"
#include "sql/guard_scan.hpp"

namespace firn::sql {
namespace {

// What DuckDB takes as a statement inside parentheses, or as an action of its own.
constexpr std::array<std::string_view, 31> kForbiddenAfterOpen{
    "alter",   "analyze", "attach",   "begin",    "call",      "checkpoint", "commit",  "copy",
    "create",  "delete",  "desc",     "describe", "detach",    "drop",       "execute", "explain",
    "export",  "import",  "insert",   "install",  "load",      "merge",      "pivot",   "pragma",
    "prepare", "reset",   "rollback", "show",     "summarize", "unpivot",    "update"};

Error Unsupported(std::string_view what) {
  return SqlError(Code::kInvalid, 2, "0A000",
                  "Unsupported statement type '" + UpperCase(what.substr(0, 100)) + "'.");
}

Error Malformed() {
  return Error{Code::kInternal, "The translated WITH clause has an unexpected form."};
}

bool KeywordAt(std::span<const DuckToken> tokens, std::size_t at, std::string_view word) {
  return at < tokens.size() && IsKeyword(tokens[at], word);
}

bool SymbolAt(std::span<const DuckToken> tokens, std::size_t at, char symbol) {
  return at < tokens.size() && tokens[at].IsSymbol(symbol);
}

Result<Verb> VerbAt(std::span<const DuckToken> tokens, std::size_t at) {
  if (at >= tokens.size()) return Unsupported("");
  const auto& token = tokens[at];
  for (const auto* word : {"select", "from", "values"}) {
    if (IsKeyword(token, word)) return Verb::kQuery;
  }
  if (token.IsSymbol('(')) return Verb::kQuery;
  if (IsKeyword(token, "insert") && KeywordAt(tokens, at + 1, "into")) return Verb::kInsert;
  if (IsKeyword(token, "delete") && KeywordAt(tokens, at + 1, "from")) return Verb::kDelete;
  if (IsKeyword(token, "merge") && KeywordAt(tokens, at + 1, "into")) return Verb::kMerge;
  // UPDATE EXTENSIONS fetches code; a table's name is always quoted here.
  if (IsKeyword(token, "update") && at + 1 < tokens.size() &&
      tokens[at + 1].kind == DuckKind::kQuotedName) {
    return Verb::kUpdate;
  }
  return Unsupported(token.text);
}

}  // namespace

bool IsKeyword(const DuckToken& token, std::string_view lower_case_word) {
  return token.kind == DuckKind::kWord && EqualIgnoringCase(token.text, lower_case_word);
}

std::size_t AfterClose(std::span<const DuckToken> tokens, std::size_t at) {
  std::size_t depth = 0;
  for (; at < tokens.size(); ++at) {
    if (tokens[at].IsSymbol('(')) ++depth;
    if (tokens[at].IsSymbol(')') && --depth == 0) return at + 1;
  }
  return tokens.size();
}

Result<WithClause> ReadWith(std::span<const DuckToken> tokens, std::size_t at) {
  WithClause clause;
  ++at;
  if (KeywordAt(tokens, at, "recursive")) ++at;
  while (true) {
    if (at >= tokens.size() || !tokens[at].IsName()) return Malformed();
    clause.names.push_back(LowerCase(DuckName(tokens[at])));
    ++at;
    if (SymbolAt(tokens, at, '(')) at = AfterClose(tokens, at);
    if (KeywordAt(tokens, at, "using") && KeywordAt(tokens, at + 1, "key")) {
      at += 2;
      if (!SymbolAt(tokens, at, '(')) return Malformed();
      at = AfterClose(tokens, at);
    }
    if (!KeywordAt(tokens, at, "as")) return Malformed();
    ++at;
    if (KeywordAt(tokens, at, "not")) ++at;
    if (KeywordAt(tokens, at, "materialized")) ++at;
    if (!SymbolAt(tokens, at, '(')) return Malformed();
    at = AfterClose(tokens, at);
    if (!SymbolAt(tokens, at, ',')) break;
    ++at;
  }
  clause.next = at;
  return clause;
}

Result<Outline> ReadOutline(std::span<const DuckToken> tokens) {
  std::ptrdiff_t depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.IsSymbol('(')) {
      ++depth;
      const bool is_forbidden =
          i + 1 < tokens.size() && tokens[i + 1].kind == DuckKind::kWord &&
          std::ranges::find(kForbiddenAfterOpen, LowerCase(tokens[i + 1].text)) !=
              kForbiddenAfterOpen.end();
      if (is_forbidden) return Unsupported(tokens[i + 1].text);
    } else if (token.IsSymbol(')')) {
      if (--depth < 0) return Unsupported(")");
    } else if (token.IsSymbol(';') && i + 1 < tokens.size()) {
      return Unsupported("several statements in one text");
    }
  }
  if (depth != 0) return Unsupported("(");
  Outline outline;
  if (KeywordAt(tokens, 0, "with")) {
    FIRN_TRY(const auto clause, ReadWith(tokens, 0));
    outline.main = clause.next;
  }
  FIRN_TRY(outline.verb, VerbAt(tokens, outline.main));
  return outline;
}

}  // namespace firn::sql
