#include "catalog/catalog_errors.hpp"

#include <string_view>

namespace firn::catalog {
namespace {

using access::ObjectKind;

constexpr std::string_view kPrefix = "SQL compilation error:\n";

/// How Snowflake's sentences call the kind.
std::string_view Noun(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kDatabase: return "Database";
    case ObjectKind::kSchema: return "Schema";
    case ObjectKind::kStage: return "Stage";
    case ObjectKind::kFileFormat: return "File format";
    case ObjectKind::kWarehouse: return "Warehouse";
    case ObjectKind::kRowAccessPolicy: return "Row access policy";
    case ObjectKind::kMaskingPolicy: return "Masking policy";
    default: return "Object";
  }
}

}  // namespace

Error NotFoundError(ObjectKind kind, const std::string& sql_name) {
  const auto noun = Noun(kind);
  return SqlError(Code::kNotFound, 2003, noun == "Object" ? "42S02" : "02000",
                  std::string(kPrefix) + std::string(noun) + " '" + sql_name +
                      "' does not exist or not authorized.");
}

Error ExistsError(const std::string& sql_name) {
  return SqlError(Code::kExists, 2002, "42710",
                  std::string(kPrefix) + "Object '" + sql_name + "' already exists.");
}

Error DiffersByCaseError(const std::string& sql_name, const std::string& other) {
  return SqlError(Code::kExists, 2002, "42710",
                  std::string(kPrefix) + "Object '" + sql_name + "' cannot be created: '" + other +
                      "' already exists, and Firn's engine does not tell names apart that differ "
                      "only by upper and lower case. Choose another name.");
}

Error NoCurrentDatabaseError() {
  return SqlError(Code::kInvalid, 90105, "22000",
                  "Cannot perform operation. This session does not have a current database. Call "
                  "'USE DATABASE', or use a qualified name.");
}

Error NoCurrentSchemaError() {
  return SqlError(Code::kInvalid, 90106, "22000",
                  "Cannot perform operation. This session does not have a current schema. Call "
                  "'USE SCHEMA', or use a qualified name.");
}

Error WrongPartsError(ObjectKind kind, const std::string& sql_name) {
  return SqlError(Code::kInvalid, 1003, "42000",
                  std::string(kPrefix) + "'" + sql_name +
                      "' is no name for an object of the kind " + std::string(Noun(kind)) +
                      ": it has too many or empty parts.");
}

}  // namespace firn::catalog
