#include "statements/coerce.hpp"

namespace firn::statements {

std::string Coerce(const types::DataType& type, const std::string& text) {
  switch (type.kind) {
    case types::Kind::kText:
      if (type.length >= types::kMaxTextLength) return text;
      return "firn_fit(CAST(" + text + " AS VARCHAR), " + std::to_string(type.length) + ")";
    case types::Kind::kVariant:
    case types::Kind::kObject:
    case types::Kind::kArray: return "to_json(" + text + ")";
    case types::Kind::kTimestampTz: return "firn_timestamp_tz(" + text + ")";
    default: return text;
  }
}

}  // namespace firn::statements
