#include "statements/time_format.hpp"

#include <cctype>
#include <utility>

#include "base/names.hpp"

namespace firn::statements {
namespace {

// Longest first where one begins another.
constexpr std::pair<std::string_view, std::string_view> kParts[] = {
    {"YYYY", "%Y"}, {"YY", "%y"},     {"MMMM", "%B"},    {"MON", "%b"}, {"MM", "%m"}, {"DD", "%d"},
    {"DY", "%a"},   {"HH24", "%H"},   {"HH12", "%I"},    {"AM", "%p"},  {"PM", "%p"}, {"MI", "%M"},
    {"SS", "%S"},   {"TZHTZM", "%z"}, {"TZH:TZM", "%z"}, {"TZH", "%z"}};

/// FF, FF0 … FF9: the digits behind the second.
std::size_t FractionLength(std::string_view text) {
  if (!text.starts_with("FF")) return 0;
  return text.size() > 2 && std::isdigit(static_cast<unsigned char>(text[2])) != 0 ? 3 : 2;
}

}  // namespace

Result<std::string> ToStrptime(std::string_view format) {
  const auto upper = UpperCase(format);
  std::string out;
  for (std::size_t i = 0; i < upper.size();) {
    const auto rest = std::string_view(upper).substr(i);
    if (const auto length = FractionLength(rest); length > 0) {
      out += "%f";
      i += length;
      continue;
    }
    const std::pair<std::string_view, std::string_view>* found = nullptr;
    for (const auto& part : kParts) {
      if (rest.starts_with(part.first)) {
        found = &part;
        break;
      }
    }
    if (found != nullptr) {
      out += found->second;
      i += found->first.size();
    } else if (format[i] == '"') {
      const auto close = format.find('"', i + 1);
      const auto end = close == std::string_view::npos ? format.size() : close;
      out += format.substr(i + 1, end - i - 1);
      i = end + 1;
    } else if (std::isalpha(static_cast<unsigned char>(format[i])) != 0 && format[i] != 'T' &&
               format[i] != 'Z') {
      return SqlError(
          Code::kInvalid, 2, "0A000",
          "SQL compilation error:\nUnsupported feature 'format " + std::string(format) + "'.");
    } else {
      out += format[i] == '%' ? "%%" : std::string(1, format[i]);
      ++i;
    }
  }
  return out;
}

}  // namespace firn::statements
