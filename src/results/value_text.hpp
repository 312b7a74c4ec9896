#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arrow {
class Array;
}

namespace firn::results {

/// Appends one value of any Arrow type that DuckDB sends: JSON for nested values, else plain
/// text. The value must not be NULL.
void AppendText(const arrow::Array& array, std::int64_t row, std::string& out);
/// The same as JSON: NULL is null, text is quoted, dates and times are strings.
void AppendJson(const arrow::Array& array, std::int64_t row, std::string& out);

void AppendQuoted(std::string_view text, std::string& out);
/// Ticks of 10^-scale as sign, whole part, and exactly `scale` digits: -0.500.
void AppendScaled(std::int64_t ticks, int scale, std::string& out);
/// The shortest text that reads back as the same number; NaN, inf, -inf.
void AppendDouble(double value, std::string& out);

}  // namespace firn::results
