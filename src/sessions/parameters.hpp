#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::sessions {

/// A session parameter as SHOW PARAMETERS lists it. The one table is parameter_table.cpp.
struct ParameterInfo {
  std::string_view name;
  std::string_view default_value;  ///< as text: "true", "160", "UTC"
  enum class Type { kBool, kNumber, kString } type;
  std::string_view description;
  bool sent_to_client;         ///< part of the login answer and of a query's answer after a change
  std::int64_t min_value = 0;  ///< of a number
  std::int64_t max_value = INT64_MAX;
  /// Of text: empty for anything, "A|B" for one of these (in any case, kept as written here),
  /// "@timezone" for a name of the time zone database.
  std::string_view choices = {};
};

/// Sorted by name.
std::span<const ParameterInfo> KnownParameters();
/// In any case. nullptr: there is none of that name.
const ParameterInfo* FindParameter(std::string_view name);

/// The value as it is stored ("TRUE" or "on" become "true", 007 becomes 7).
/// Errors: kInvalid 1008 / 22023 naming value and parameter.
Result<std::string> NormaliseParameter(const ParameterInfo& parameter, std::string_view value);

/// Parameters that were set; the rest have their defaults.
class Parameters {
 public:
  /// Errors: kInvalid, Snowflake's 1006 / 22023 (no such parameter) or 1008 / 22023 (its value),
  /// naming it.
  Status Set(std::string_view name, std::string_view value);
  void Unset(std::string_view name);
  /// The value, or the default; empty for an unknown name.
  [[nodiscard]] std::string Get(std::string_view name) const;
  [[nodiscard]] bool IsSet(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, std::string>& values() const { return values_; }
  bool operator==(const Parameters&) const = default;

 private:
  std::map<std::string, std::string> values_;  ///< by upper-case name
};

}  // namespace firn::sessions
