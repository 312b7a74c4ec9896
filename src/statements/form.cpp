#include "statements/form.hpp"

#include <algorithm>

#include "base/names.hpp"

namespace firn::statements {
namespace {

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    if (space > 0) out.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

/// How many tokens the words take, 0 when they do not stand there.
std::size_t Take(std::string_view words, std::span<const sql::Token> tokens) {
  std::size_t taken = 0;
  for (const auto word : Words(words)) {
    if (taken == tokens.size() || !EqualIgnoringCase(tokens[taken].text, word)) return 0;
    ++taken;
  }
  return taken;
}

}  // namespace

bool Matches(std::string_view pattern, std::span<const sql::Token> tokens, std::size_t& length) {
  length = 0;
  while (!pattern.empty()) {
    if (pattern.front() == ' ') {
      pattern.remove_prefix(1);
      continue;
    }
    if (pattern.front() == '[') {
      const auto close = pattern.find(']');
      auto choices = pattern.substr(1, close - 1);
      pattern.remove_prefix(close + 1);
      while (!choices.empty()) {
        const auto bar = std::min(choices.find('|'), choices.size());
        const auto taken = Take(choices.substr(0, bar), tokens.subspan(length));
        choices.remove_prefix(std::min(bar + 1, choices.size()));
        length += taken;
        if (taken > 0) break;
      }
      continue;
    }
    const auto end = std::min(pattern.find_first_of(" ["), pattern.size());
    const auto taken = Take(pattern.substr(0, end), tokens.subspan(length));
    if (taken == 0) return false;
    length += taken;
    pattern.remove_prefix(end);
  }
  return true;
}

const Form* FindForm(std::span<const sql::Token> tokens) {
  const Form* best = nullptr;
  std::size_t best_length = 0;
  for (const auto& form : Forms()) {
    std::size_t length = 0;
    if (Matches(form.pattern, tokens, length) && length > best_length) {
      best = &form;
      best_length = length;
    }
  }
  return best;
}

}  // namespace firn::statements
