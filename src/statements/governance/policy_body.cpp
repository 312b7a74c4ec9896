#include "statements/governance/policy_body.hpp"

#include <algorithm>

#include "base/names.hpp"
#include "engine/engine.hpp"
#include "sql/duck_lexer.hpp"
#include "sql/lexer.hpp"

namespace firn::statements {
namespace {

constexpr std::string_view kHead = "SELECT (";
constexpr std::string_view kTail = ") AS \"V\"";

/// Part of a longer name, a function, or a name that the body gives itself.
bool IsOtherName(const std::vector<sql::Token>& tokens, std::size_t at) {
  if (at > 0 && tokens[at - 1].text == ".") return true;
  if (at > 0 && tokens[at - 1].kind == sql::TokenKind::kWord &&
      EqualIgnoringCase(tokens[at - 1].text, "AS")) {
    return true;
  }
  return at + 1 < tokens.size() && (tokens[at + 1].text == "." || tokens[at + 1].text == "(");
}

}  // namespace

Result<std::string> PolicyQuery(std::string_view body,
                                const std::vector<catalog::ColumnInfo>& arguments,
                                const std::vector<std::string>& columns) {
  FIRN_TRY(const auto tokens, sql::Lex(body));
  std::string out(kHead);
  std::size_t copied = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const bool is_name =
        token.kind == sql::TokenKind::kWord || token.kind == sql::TokenKind::kQuotedName;
    if (!is_name || IsOtherName(tokens, i)) continue;
    const auto argument =
        std::ranges::find(arguments, NameFromSql(token.text), &catalog::ColumnInfo::name);
    if (argument == arguments.end()) continue;
    const auto index = static_cast<std::size_t>(argument - arguments.begin());
    out += body.substr(copied, token.begin - copied);
    out += std::string(kRow) + "." + engine::QuoteName(columns.at(index));
    copied = token.end();
  }
  out += body.substr(copied);
  // A comment at the end of the body must not swallow what follows.
  return out + "\n) AS V";
}

Result<std::string> PolicyExpression(std::string_view duckdb_sql) {
  const Error unexpected{Code::kInternal,
                         "The translated body of a policy has an unexpected form."};
  if (!duckdb_sql.starts_with(kHead) || !duckdb_sql.ends_with(kTail)) return unexpected;
  const auto inner =
      duckdb_sql.substr(kHead.size() - 1, duckdb_sql.size() - kHead.size() + 2 - kTail.size());
  FIRN_TRY(const auto tokens, sql::DuckLex(inner));
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].IsSymbol('(')) ++depth;
    if (tokens[i].IsSymbol(')')) --depth;
    // The first parenthesis closes at the end and not before.
    if (depth <= 0 && i + 1 < tokens.size()) return unexpected;
  }
  if (depth != 0 || tokens.empty() || !tokens.back().IsSymbol(')')) return unexpected;
  return std::string(inner);
}

}  // namespace firn::statements
