#include "engine/engine.hpp"

namespace firn::engine {
namespace {

std::string Enclose(std::string_view text, char mark) {
  std::string quoted(1, mark);
  for (const char c : text) {
    if (c == mark) quoted += mark;
    quoted += c;
  }
  return quoted += mark;
}

}  // namespace

std::string QuoteName(std::string_view name) { return Enclose(name, '"'); }
std::string QuoteText(std::string_view text) { return Enclose(text, '\''); }

}  // namespace firn::engine
