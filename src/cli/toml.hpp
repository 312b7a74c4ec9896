#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace firn::cli {

/// A connections.toml: section -> key -> value, values as text.
using Toml = std::map<std::string, std::map<std::string, std::string>>;

/// The part of TOML that such files use: [section], key = "text" | 'text' | number | true, and
/// comments. Errors: kInvalid naming the line.
Result<Toml> ParseToml(std::string_view text);

/// A text as a TOML value, quoted.
std::string TomlText(std::string_view text);

}  // namespace firn::cli
