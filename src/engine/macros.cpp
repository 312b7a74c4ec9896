#include <string>
#include <string_view>
#include <vector>

#include "engine/instance.hpp"

namespace firn::engine {
namespace {

// Made from macros.sql by the build.
constexpr std::string_view kMacros =
#include "engine/macros.inc"
    ;

bool OnlyComments(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    const auto word = line.find_first_not_of(" \t\r");
    if (word != std::string_view::npos && !line.substr(word).starts_with("--")) return false;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return true;
}

}  // namespace

std::vector<std::string> MacroStatements() {
  std::vector<std::string> statements;
  auto rest = kMacros;
  while (!rest.empty()) {
    const auto end = rest.find(";\n");
    const auto statement = rest.substr(0, end);
    if (!OnlyComments(statement)) statements.emplace_back(statement);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 2);
  }
  return statements;
}

}  // namespace firn::engine
