#pragma once

#include <string>
#include <string_view>

#include "cli/answer.hpp"

namespace firn::cli {

/// A value of the protocol (dates as days, timestamps as seconds.fraction) as people read it:
/// 2013-01-31, 09:05:00, 2013-01-31 09:05:00.123, true. `time_zone` is for TIMESTAMP_LTZ.
std::string ValueText(const Column& column, std::string_view value, const std::string& time_zone);

/// The same as JSON: numbers and booleans bare, VARIANT as it is, the rest a string.
std::string ValueJson(const Column& column, std::string_view value, const std::string& time_zone);

bool IsNumber(const Column& column);

/// A text as a JSON string, quotes included.
std::string JsonText(std::string_view text);
/// A text as a field of a CSV file, quoted when it must be.
std::string CsvField(std::string_view text);

}  // namespace firn::cli
