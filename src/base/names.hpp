#pragma once

#include <string>
#include <string_view>

namespace firn {

/// ASCII letters in upper (lower) case; the rest unchanged.
std::string UpperCase(std::string_view text);
std::string LowerCase(std::string_view text);
bool EqualIgnoringCase(std::string_view a, std::string_view b);

/// True for what needs no quotes in Snowflake: [A-Z_][A-Z0-9_$]*.
bool IsPlainName(std::string_view name);
/// The name as SQL: FLIGHTS, or "feature1" with quotes doubled.
std::string NameToSql(std::string_view name);
/// The name that a piece of SQL stands for: unquoted is folded to upper case, quoted is kept.
std::string NameFromSql(std::string_view text);

/// A name with its database and schema, all folded already.
struct QualifiedName {
  std::string database;
  std::string schema;
  std::string name;

  bool operator==(const QualifiedName&) const = default;
  /// FIRN.PUBLIC.FLIGHTS, quoted where needed.
  [[nodiscard]] std::string ToSql() const;
};

}  // namespace firn
