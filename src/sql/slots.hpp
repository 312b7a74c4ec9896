#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/translator.hpp"

namespace firn::sql {

/// The SQL that takes the place of each slot. An error of one ends the filling with it.
struct SlotTexts {
  std::function<Result<std::string>(std::size_t index)> table;
  std::function<Result<std::string>(std::size_t index)> result_scan;
  std::function<Result<std::string>(std::string_view name)> context;
  std::function<Result<std::string>(std::size_t index)> assigned;
};

/// Puts SQL in for the quoted identifiers "firn:t<index>", "firn:r<index>", "firn:v<index>" and
/// "firn:c:<NAME>";
/// what looks like one inside a text or inside another name stays. The text put in is not read
/// again. Errors: kInternal for a slot that the translation does not declare.
Result<std::string> FillSlots(const Translation& translation, const SlotTexts& texts);

/// Errors: kInternal when the text uses a slot that the translation does not declare.
Status CheckSlots(const Translation& translation);

}  // namespace firn::sql
