#include "cli/words.hpp"

#include <algorithm>
#include <numeric>

#include "sql/lexer.hpp"

namespace firn::cli {
namespace {

/// Letters to change, add or take away to get from one to the other.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto above = row[j + 1];
      row[j + 1] = std::min({diagonal + (a[i] == b[j] ? 0U : 1U), above + 1, row[j] + 1});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

Result<std::string> CheckName(std::string_view text) {
  const Error wrong{Code::kInvalid, "'" + std::string(text) +
                                        "' is no name; write it as in SQL: FLIGHTS, "
                                        "FIRN.PUBLIC.FLIGHTS or '\"flights of 2013\"'"};
  const auto tokens = sql::Lex(text);
  if (!tokens || tokens->empty() || tokens->size() > 5 || tokens->size() % 2 == 0) return wrong;
  std::string out;
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const auto& token = (*tokens)[i];
    out += token.text;
    const bool name =
        token.kind == sql::TokenKind::kWord || token.kind == sql::TokenKind::kQuotedName;
    if (i % 2 == 0 ? !name : token.text != ".") return wrong;
  }
  return out;
}

std::string Nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  auto least = std::max<std::size_t>(word.size() / 2, 1) + 1;
  for (const auto& candidate : known) {
    if (const auto distance = Distance(word, candidate); distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace firn::cli
