#include "sql/slots.hpp"

#include <algorithm>
#include <charconv>

#include "sql/duck_lexer.hpp"

namespace firn::sql {
namespace {

constexpr std::string_view kPrefix = "\"firn:";

Error Undeclared(std::string_view slot) {
  return Error{Code::kInternal,
               "The translated statement uses the undeclared slot " + std::string(slot) + "."};
}

/// `digits` as an index below `count`.
Result<std::size_t> Index(std::string_view digits, std::size_t count, std::string_view slot) {
  std::size_t index = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, index);
  if (error != std::errc() || stop != end || index >= count) return Undeclared(slot);
  return index;
}

Result<std::string> SlotText(const Translation& translation, const SlotTexts& texts,
                             std::string_view slot) {
  const auto body = slot.substr(kPrefix.size(), slot.size() - kPrefix.size() - 1);
  if (body.starts_with("c:")) {
    const auto name = body.substr(2);
    if (std::ranges::find(translation.contexts, name) == translation.contexts.end()) {
      return Undeclared(slot);
    }
    return texts.context(name);
  }
  if (body.starts_with("t")) {
    FIRN_TRY(const auto index, Index(body.substr(1), translation.tables.size(), slot));
    return texts.table(index);
  }
  if (body.starts_with("r")) {
    FIRN_TRY(const auto index, Index(body.substr(1), translation.result_scans.size(), slot));
    return texts.result_scan(index);
  }
  if (body.starts_with("v")) {
    FIRN_TRY(const auto index, Index(body.substr(1), translation.assigned.size(), slot));
    return texts.assigned(index);
  }
  return Undeclared(slot);
}

}  // namespace

Result<std::string> FillSlots(const Translation& translation, const SlotTexts& texts) {
  const std::string_view sql = translation.sql;
  FIRN_TRY(const auto tokens, DuckLex(sql));
  std::string out;
  out.reserve(sql.size() + 256);
  std::size_t copied = 0;
  for (const auto& token : tokens) {
    if (token.kind != DuckKind::kQuotedName || !token.text.starts_with(kPrefix)) continue;
    FIRN_TRY(const auto text, SlotText(translation, texts, token.text));
    out += sql.substr(copied, token.begin - copied);
    out += text;
    copied = token.end();
  }
  out += sql.substr(copied);
  return out;
}

Status CheckSlots(const Translation& translation) {
  const auto nothing = [](auto) -> Result<std::string> { return std::string(); };
  FIRN_CHECK(FillSlots(translation, SlotTexts{nothing, nothing, nothing, nothing}));
  return {};
}

}  // namespace firn::sql
