#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firn::cli {

/// Columns that a text takes on a terminal: 2 for wide characters, 0 for combining ones.
std::size_t TextWidth(std::string_view text);

/// The text cut to `width` columns, with … at its end where something was cut.
std::string CutText(std::string_view text, std::size_t width);

/// The text as one line that cannot steer a terminal: \n, \t and other controls are spelled out,
/// broken UTF-8 becomes �.
std::string SafeText(std::string_view text);

struct TableStyle {
  std::size_t widest = 60;  ///< longer values are cut
  bool expanded = false;    ///< a line for each value
};

/// Rows as an aligned table. Values are texts already; nullopt is shown as NULL.
std::string RenderTable(const std::vector<std::string>& names, const std::vector<bool>& right,
                        const std::vector<std::vector<std::optional<std::string>>>& rows,
                        const TableStyle& style);

}  // namespace firn::cli
