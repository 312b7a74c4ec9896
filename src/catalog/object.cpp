#include "catalog/catalog_service.hpp"

namespace firn::catalog {
namespace {

/// Always quoted, unlike NameToSql: DuckDB folds and reserves other words than Snowflake.
std::string Quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

void AppendEscaped(std::string& out, std::string_view name) {
  for (const char c : name) {
    if (c == '.') {
      out += "%2E";
    } else if (c == '%') {
      out += "%25";
    } else {
      out += c;
    }
  }
}

}  // namespace

Scope FirnsOwnScope() { return {{0, "", std::string(access::kAccountAdmin)}, "", "", ""}; }

std::string LakeSchema(std::string_view database, std::string_view schema) {
  std::string out;
  AppendEscaped(out, database);
  out += '.';
  AppendEscaped(out, schema);
  return out;
}

std::string Object::PhysicalName() const {
  const auto schema =
      physical_schema.empty() ? LakeSchema(name.database, name.schema) : physical_schema;
  return "\"lake\"." + Quoted(schema) + '.' + Quoted(name.name);
}

std::string Object::SqlName() const { return name.ToSql(); }

access::ObjectRef Object::ref() const {
  const auto& last = kind == ObjectKind::kDatabase ? name.database
                     : kind == ObjectKind::kSchema ? name.schema
                                                   : name.name;
  return {.kind = kind, .id = id, .sql_name = last, .owner_role = owner_role};
}

}  // namespace firn::catalog
