#include "statements/coerce.hpp"

namespace firn::statements {

std::string StoringFunction(const types::DataType& type) {
  switch (type.kind) {
    case types::Kind::kBinary: return "firn_binary";
    case types::Kind::kTimestampNtz: return type.scale > 6 ? "firn_store_ns" : "firn_as_is";
    case types::Kind::kTimestampLtz: return "firn_timestamp_ltz";
    case types::Kind::kTimestampTz: return "firn_timestamp_tz";
    case types::Kind::kVariant: return "firn_variant";
    case types::Kind::kObject: return "firn_object";
    case types::Kind::kArray: return "firn_store_array";
    default: return "firn_as_is";
  }
}

std::string Coerce(const types::DataType& type, const std::string& text) {
  if (type.kind == types::Kind::kText) {
    if (type.length >= types::kMaxTextLength) return text;
    return "firn_fit(CAST(" + text + " AS VARCHAR), " + std::to_string(type.length) + ")";
  }
  const auto function = StoringFunction(type);
  if (function == "firn_as_is") return text;
  const auto stored = function + "(" + text + ")";
  if (type.kind != types::Kind::kBinary || type.length >= types::kMaxBinaryLength) return stored;
  return "firn_fit_binary(" + stored + ", " + std::to_string(type.length) + ")";
}

}  // namespace firn::statements
