#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::cli {

/// The name of one to three parts that `text` is, as FLIGHTS or FIRN.PUBLIC."my table".
/// Errors: kInvalid; nothing else may reach a statement.
Result<std::string> CheckName(std::string_view text);

/// The word of `known` that is nearest to `word`, or empty when none is near.
std::string Nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace firn::cli
