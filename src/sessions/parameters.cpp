#include "sessions/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>

#include "base/names.hpp"
#include "sessions/parameter_table.hpp"

namespace firn::sessions {
namespace {

constexpr std::string_view kZoneFolder = "/usr/share/zoneinfo/";
constexpr std::size_t kMaxTextBytes = 2000;  // Snowflake's limit for QUERY_TAG

Error BadValue(const ParameterInfo& parameter, std::string_view value, const std::string& remedy) {
  return SqlError(Code::kInvalid, 1008, "22023",
                  "SQL compilation error:\ninvalid value [" + std::string(value.substr(0, 100)) +
                      "] for parameter '" + std::string(parameter.name) + "'. " + remedy);
}

Error NoSuchParameter(std::string_view name) {
  return SqlError(Code::kInvalid, 1006, "22023",
                  "SQL compilation error:\ninvalid parameter '" + std::string(name.substr(0, 100)) +
                      "'. SHOW PARAMETERS lists those that exist.");
}

/// A name of the system's time zone database; UTC is one even where there is no database.
bool IsTimeZone(std::string_view name) {
  if (name == "UTC" || name == "Etc/UTC") return true;
  const bool plain = !name.empty() && name.size() <= 64 && name.front() != '/' &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                              (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' ||
                              c == '/';
                     });
  if (!plain || name.starts_with("posix") || name.starts_with("right") || name == "localtime" ||
      name == "Factory") {
    return false;
  }
  const std::filesystem::path file = std::string(kZoneFolder) + std::string(name);
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) return false;
  char magic[4] = {};
  std::ifstream(file, std::ios::binary).read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "TZif";
}

Result<std::string> NormaliseBool(const ParameterInfo& parameter, std::string_view value) {
  for (const auto word : {"true", "on", "1"}) {
    if (EqualIgnoringCase(value, word)) return std::string("true");
  }
  for (const auto word : {"false", "off", "0"}) {
    if (EqualIgnoringCase(value, word)) return std::string("false");
  }
  return BadValue(parameter, value, "Use TRUE or FALSE.");
}

Result<std::string> NormaliseNumber(const ParameterInfo& parameter, std::string_view value) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == value.data() + value.size() &&
      number >= parameter.min_value && number <= parameter.max_value) {
    return std::to_string(number);
  }
  std::string remedy = "Use a whole number of at least " + std::to_string(parameter.min_value);
  if (parameter.max_value != INT64_MAX) {
    remedy += " and at most " + std::to_string(parameter.max_value);
  }
  return BadValue(parameter, value, remedy + ".");
}

Result<std::string> NormaliseText(const ParameterInfo& parameter, std::string_view value) {
  if (value.size() > kMaxTextBytes) {
    return BadValue(parameter, value, "Use at most 2000 bytes.");
  }
  if (parameter.choices.empty()) return std::string(value);
  if (parameter.choices == "@timezone") {
    if (IsTimeZone(value)) return std::string(value);
    return BadValue(parameter, value, "Use a name such as UTC or Europe/Berlin.");
  }
  std::string_view rest = parameter.choices;
  while (true) {
    const auto bar = rest.find('|');
    const auto choice = rest.substr(0, bar);
    if (EqualIgnoringCase(choice, value)) return std::string(choice);
    if (bar == std::string_view::npos) break;
    rest.remove_prefix(bar + 1);
  }
  std::string listed(parameter.choices);
  std::replace(listed.begin(), listed.end(), '|', ',');
  return BadValue(parameter, value, "Use one of " + listed + ".");
}

}  // namespace

std::span<const ParameterInfo> KnownParameters() {
  static const std::vector<ParameterInfo> sorted = [] {
    const auto table = ParameterTable();
    std::vector<ParameterInfo> all(table.begin(), table.end());
    std::sort(all.begin(), all.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    return all;
  }();
  return sorted;
}

const ParameterInfo* FindParameter(std::string_view name) {
  const std::string folded = UpperCase(name);
  const auto all = KnownParameters();
  const auto found = std::lower_bound(
      all.begin(), all.end(), folded,
      [](const ParameterInfo& row, const std::string& wanted) { return row.name < wanted; });
  return found != all.end() && found->name == folded ? &*found : nullptr;
}

Result<std::string> NormaliseParameter(const ParameterInfo& parameter, std::string_view value) {
  switch (parameter.type) {
    case ParameterInfo::Type::kBool: return NormaliseBool(parameter, value);
    case ParameterInfo::Type::kNumber: return NormaliseNumber(parameter, value);
    case ParameterInfo::Type::kString: return NormaliseText(parameter, value);
  }
  return Error{Code::kInternal, "A parameter has no type."};
}

Status Parameters::Set(std::string_view name, std::string_view value) {
  const ParameterInfo* known = FindParameter(name);
  if (known == nullptr) return NoSuchParameter(name);
  FIRN_TRY(std::string normal, NormaliseParameter(*known, value));
  values_.insert_or_assign(std::string(known->name), std::move(normal));
  return {};
}

void Parameters::Unset(std::string_view name) { values_.erase(UpperCase(name)); }

std::string Parameters::Get(std::string_view name) const {
  const ParameterInfo* known = FindParameter(name);
  if (known == nullptr) return {};
  const auto set = values_.find(std::string(known->name));
  return set != values_.end() ? set->second : std::string(known->default_value);
}

bool Parameters::IsSet(std::string_view name) const { return values_.contains(UpperCase(name)); }

}  // namespace firn::sessions
