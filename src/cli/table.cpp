#include "cli/table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace firn::cli {
namespace {

constexpr std::string_view kBroken = "\xef\xbf\xbd";
constexpr std::string_view kCut = "…";
constexpr std::string_view kNull = "NULL";

struct Range {
  char32_t first, last;
};
// Unicode 15: East Asian wide and full width, and emoji shown as pictures.
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x2705, 0x2705},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2795, 0x2797},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};
constexpr Range kZero[] = {{0x0300, 0x036F}, {0x0483, 0x0489},  {0x0591, 0x05BD}, {0x0610, 0x061A},
                           {0x064B, 0x065F}, {0x0E31, 0x0E31},  {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E},
                           {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},  {0x200B, 0x200F}, {0x202A, 0x202E},
                           {0x2060, 0x2064}, {0x20D0, 0x20F0},  {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
                           {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}};

template <std::size_t N>
bool IsIn(const Range (&ranges)[N], char32_t c) {
  const auto* at = std::upper_bound(std::begin(ranges), std::end(ranges), c,
                                    [](char32_t a, const Range& range) { return a < range.first; });
  return at != std::begin(ranges) && c <= std::prev(at)->last;
}

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool good = false;
};

Character Decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return {};
    code = (code << 6) | (next & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool good =
      code >= kSmallest[bytes] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  return good ? Character{code, bytes, true} : Character{};
}

std::size_t WidthOf(const Character& c) {
  if (!c.good) return 1;
  if (IsIn(kZero, c.code)) return 0;
  return IsIn(kWide, c.code) ? 2 : 1;
}

void Pad(std::string& out, std::string_view text, std::size_t width, bool right) {
  const auto used = TextWidth(text);
  const std::string space(width > used ? width - used : 0, ' ');
  out += right ? space + std::string(text) : std::string(text) + space;
}

std::string Shown(const std::optional<std::string>& value) {
  return value ? SafeText(*value) : std::string(kNull);
}

std::string RenderExpanded(const std::vector<std::string>& names,
                           const std::vector<std::vector<std::optional<std::string>>>& rows) {
  std::size_t width = 0;
  for (const auto& name : names) width = std::max(width, TextWidth(SafeText(name)));
  std::string out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "-[ row " + std::to_string(r + 1) + " ]-\n";
    for (std::size_t i = 0; i < names.size(); ++i) {
      Pad(out, SafeText(names[i]), width, false);
      out += " | " + (i < rows[r].size() ? Shown(rows[r][i]) : std::string()) + "\n";
    }
  }
  return out;
}

}  // namespace

std::size_t TextWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto c = Decode(text);
    width += WidthOf(c);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string CutText(std::string_view text, std::size_t width) {
  if (text.size() <= width || TextWidth(text) <= width) return std::string(text);
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto c = Decode(text.substr(at));
    if (used + WidthOf(c) + 1 > width) break;
    used += WidthOf(c);
    at += c.bytes;
  }
  return std::string(text.substr(0, at)) + std::string(kCut);
}

std::string SafeText(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto c = Decode(text);
    if (!c.good) {
      out += kBroken;
    } else if (c.code == '\n') {
      out += "\\n";
    } else if (c.code == '\t') {
      out += "\\t";
    } else if (c.code == '\r') {
      out += "\\r";
    } else if (c.code < 0x20 || (c.code >= 0x7F && c.code < 0xA0)) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02X", static_cast<unsigned>(c.code));
      out += hex.data();
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::string RenderTable(const std::vector<std::string>& names, const std::vector<bool>& right,
                        const std::vector<std::vector<std::optional<std::string>>>& rows,
                        const TableStyle& style) {
  if (style.expanded) return RenderExpanded(names, rows);
  std::vector<std::vector<std::string>> cells;
  std::vector<std::string> heads;
  std::vector<std::size_t> widths;
  for (const auto& name : names) {
    heads.push_back(CutText(SafeText(name), style.widest));
    widths.push_back(TextWidth(heads.back()));
  }
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) {
      line.push_back(i < row.size() ? CutText(Shown(row[i]), style.widest) : std::string());
      widths[i] = std::max(widths[i], TextWidth(line.back()));
    }
  }
  std::string out;
  const auto add_line = [&](const std::vector<std::string>& line, bool head) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      out += i == 0 ? " " : " | ";
      Pad(out, line[i], widths[i], !head && right[i]);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  add_line(heads, true);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    out += (i == 0 ? "" : "+") + std::string(widths[i] + 2, '-');
  }
  out += '\n';
  for (const auto& line : cells) add_line(line, false);
  return out;
}

}  // namespace firn::cli
