#include "store/postgres_values.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace firn::store {
namespace {

constexpr unsigned kOidBool = 16;
constexpr unsigned kOidInt2 = 21;
constexpr unsigned kOidInt4 = 23;
constexpr unsigned kOidOid = 26;
constexpr unsigned kOidFloat4 = 700;
constexpr unsigned kOidNumeric = 1700;

template <typename T>
bool Read(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

WireText ToWire(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return {std::to_string(*number), kOidInt8};
  }
  if (const auto* number = std::get_if<double>(&value)) {
    if (std::isnan(*number)) return {.text = {}, .oid = kOidFloat8, .is_null = true};
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), *number).ptr;
    return {std::string(text.data(), end), kOidFloat8};
  }
  if (const auto* text = std::get_if<std::string>(&value)) return {*text, kOidUnknown};
  return {.text = {}, .oid = kOidUnknown, .is_null = true};
}

Value FromWire(unsigned oid, std::string_view text) {
  std::int64_t integer = 0;
  double number = 0;
  switch (oid) {
    case kOidBool: return std::int64_t{text == "t" ? 1 : 0};
    case kOidInt8:
    case kOidInt2:
    case kOidInt4:
    case kOidOid:
    case kOidNumeric:  // what SUM of BIGINT is here
      if (Read(text, integer)) return integer;
      [[fallthrough]];
    case kOidFloat4:
    case kOidFloat8:
      if (Read(text, number)) return number;
      break;
    default: break;
  }
  return std::string(text);
}

Code CodeOfSqlState(std::string_view state) {
  struct Prefix {
    std::string_view prefix;
    Code code;
  };
  constexpr std::array<Prefix, 17> kRows{{
      {"23505", Code::kExists},
      {"23503", Code::kConflict},
      {"23", Code::kInvalid},
      {"22", Code::kInvalid},
      {"40", Code::kConflict},
      {"55P03", Code::kTimeout},
      {"55", Code::kConflict},
      {"57014", Code::kTimeout},
      {"57", Code::kUnavailable},
      {"53", Code::kExhausted},
      {"54", Code::kInvalid},
      {"08", Code::kUnavailable},
      {"28", Code::kUnavailable},
      {"3D", Code::kUnavailable},
      {"25006", Code::kUnavailable},
      {"58", Code::kUnavailable},
      {"42501", Code::kUnavailable},
  }};
  for (const auto& row : kRows) {
    if (state.starts_with(row.prefix)) return row.code;
  }
  return Code::kInternal;
}

}  // namespace firn::store
