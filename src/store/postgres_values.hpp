#pragma once

#include <string>

#include "base/error.hpp"
#include "store/database.hpp"

namespace firn::store {

/// PostgreSQL's numbers for the types that cross the wire here.
inline constexpr unsigned kOidUnknown = 0;
inline constexpr unsigned kOidInt8 = 20;
inline constexpr unsigned kOidFloat8 = 701;

/// A parameter in text form. `is_null` for NULL (and NaN, as SQLite has it).
struct WireText {
  std::string text;
  unsigned oid = kOidUnknown;
  bool is_null = false;
};
WireText ToWire(const Value& value);
/// A result field in text form, not NULL.
Value FromWire(unsigned oid, std::string_view text);

/// What kind of failure an SQLSTATE is.
Code CodeOfSqlState(std::string_view state);

}  // namespace firn::store
