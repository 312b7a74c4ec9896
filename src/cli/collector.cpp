#include "cli/collector.hpp"

#include "sql/lexer.hpp"

namespace firn::cli {

std::vector<std::string> StatementCollector::Add(std::string_view line) {
  text_ += line;
  text_ += '\n';
  std::vector<std::string> out;
  const auto tokens = sql::Lex(text_);
  if (!tokens) return out;  // in the middle of a quoted text or a comment
  std::size_t begin = 0;
  std::size_t used = 0;
  bool empty = true;
  for (const auto& token : *tokens) {
    if (token.kind != sql::TokenKind::kSymbol || token.text != ";") {
      if (empty) begin = token.begin;
      empty = false;
      continue;
    }
    if (!empty) out.push_back(text_.substr(begin, token.begin - begin));
    empty = true;
    used = token.end();
  }
  text_.erase(0, empty ? text_.size() : used);
  return out;
}

bool StatementCollector::pending() const {
  return text_.find_first_not_of(" \t\r\n") != std::string::npos;
}

}  // namespace firn::cli
