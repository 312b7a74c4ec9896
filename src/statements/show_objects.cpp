#include <algorithm>
#include <array>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/show.hpp"
#include "statements/temporary.hpp"

namespace firn::statements {
namespace {

using catalog::Object;
using catalog::ObjectKind;
using ObjectPtr = std::shared_ptr<const Object>;
using results::TextRow;

/// A column of a SHOW: its name and how it is read from an object.
struct Field {
  enum class Type { kText, kTime, kNumber };
  std::string_view name;
  std::optional<std::string> (*read)(const Execution& execution, const Object& object);
  Type type = Type::kText;
};

std::optional<std::string> CreatedOn(const Execution&, const Object& object) {
  return TimeText(object.created_on_ms);
}
std::optional<std::string> Name(const Execution&, const Object& object) {
  if (object.kind == ObjectKind::kDatabase) return object.name.database;
  return object.kind == ObjectKind::kSchema ? object.name.schema : object.name.name;
}
std::optional<std::string> Database(const Execution&, const Object& object) {
  return object.name.database;
}
std::optional<std::string> Schema(const Execution&, const Object& object) {
  return object.name.schema;
}
std::optional<std::string> Owner(const Execution&, const Object& object) {
  return object.owner_role;
}
std::optional<std::string> Comment(const Execution&, const Object& object) {
  return object.comment;
}
std::optional<std::string> Text(const Execution& execution, const Object& object) {
  return object.text.empty()
             ? object.text
             : "create view " + NameToSql(*Name(execution, object)) + " as " + object.text;
}
std::optional<std::string> Kind(const Execution&, const Object& object) {
  if (object.id < 0) return "TEMPORARY";
  if (object.kind == ObjectKind::kTable) return object.transient ? "TRANSIENT" : "TABLE";
  return std::string(access::ObjectKindName(object.kind));
}
/// ROW_ACCESS_POLICY
std::optional<std::string> KindWord(const Execution&, const Object& object) {
  std::string word(access::ObjectKindName(object.kind));
  std::ranges::replace(word, ' ', '_');
  return word;
}
std::optional<std::string> TerseKind(const Execution& execution, const Object& object) {
  if (object.kind == ObjectKind::kSchema) return std::nullopt;
  return object.kind == ObjectKind::kDatabase ? "STANDARD" : Kind(execution, object);
}
std::optional<std::string> TerseDatabase(const Execution&, const Object& object) {
  if (object.kind == ObjectKind::kDatabase) return std::nullopt;
  return object.name.database;
}
std::optional<std::string> TerseSchema(const Execution&, const Object& object) {
  const bool container = object.kind == ObjectKind::kDatabase || object.kind == ObjectKind::kSchema;
  return container ? std::nullopt : std::optional(object.name.schema);
}
std::optional<std::string> IsCurrent(const Execution& execution, const Object& object) {
  if (object.kind == ObjectKind::kWarehouse) {
    return object.name.name == execution.state.warehouse ? "Y" : "N";
  }
  const bool database = object.name.database == execution.state.database;
  const bool schema = object.name.schema == execution.state.schema;
  return database && (object.kind == ObjectKind::kDatabase || schema) ? "Y" : "N";
}
std::optional<std::string> Empty(const Execution&, const Object&) { return ""; }
std::optional<std::string> No(const Execution&, const Object&) { return "N"; }
std::optional<std::string> NoWord(const Execution&, const Object&) { return "false"; }
std::optional<std::string> Null(const Execution&, const Object&) { return std::nullopt; }
std::optional<std::string> One(const Execution&, const Object&) { return "1"; }
std::optional<std::string> RoleWord(const Execution&, const Object&) { return "ROLE"; }
std::optional<std::string> Started(const Execution&, const Object&) { return "STARTED"; }
std::optional<std::string> Standard(const Execution&, const Object&) { return "STANDARD"; }
std::optional<std::string> XSmall(const Execution&, const Object&) { return "X-Small"; }
std::optional<std::string> StageType(const Execution&, const Object& object) {
  return object.id < 0 ? "INTERNAL TEMPORARY" : "INTERNAL";
}
std::optional<std::string> Detail(const Execution&, const Object& object) { return object.detail; }

using enum Field::Type;

constexpr std::array kDatabaseFields{Field{"created_on", CreatedOn, kTime},
                                     Field{"name", Name},
                                     Field{"is_default", No},
                                     Field{"is_current", IsCurrent},
                                     Field{"origin", Empty},
                                     Field{"owner", Owner},
                                     Field{"comment", Comment},
                                     Field{"options", Empty},
                                     Field{"retention_time", One},
                                     Field{"kind", Standard},
                                     Field{"owner_role_type", RoleWord}};
constexpr std::array kSchemaFields{Field{"created_on", CreatedOn, kTime},
                                   Field{"name", Name},
                                   Field{"is_default", No},
                                   Field{"is_current", IsCurrent},
                                   Field{"database_name", Database},
                                   Field{"owner", Owner},
                                   Field{"comment", Comment},
                                   Field{"options", Empty},
                                   Field{"retention_time", One},
                                   Field{"owner_role_type", RoleWord}};
constexpr std::array kTableFields{Field{"created_on", CreatedOn, kTime},
                                  Field{"name", Name},
                                  Field{"database_name", Database},
                                  Field{"schema_name", Schema},
                                  Field{"kind", Kind},
                                  Field{"comment", Comment},
                                  Field{"cluster_by", Empty},
                                  Field{"rows", Null, kNumber},
                                  Field{"bytes", Null, kNumber},
                                  Field{"owner", Owner},
                                  Field{"retention_time", One},
                                  Field{"automatic_clustering", No},
                                  Field{"change_tracking", No},
                                  Field{"is_external", No},
                                  Field{"owner_role_type", RoleWord}};
constexpr std::array kViewFields{Field{"created_on", CreatedOn, kTime},
                                 Field{"name", Name},
                                 Field{"reserved", Empty},
                                 Field{"database_name", Database},
                                 Field{"schema_name", Schema},
                                 Field{"owner", Owner},
                                 Field{"comment", Comment},
                                 Field{"text", Text},
                                 Field{"is_secure", NoWord},
                                 Field{"is_materialized", NoWord},
                                 Field{"owner_role_type", RoleWord}};
constexpr std::array kObjectFields{Field{"created_on", CreatedOn, kTime},
                                   Field{"name", Name},
                                   Field{"database_name", Database},
                                   Field{"schema_name", Schema},
                                   Field{"kind", Kind},
                                   Field{"comment", Comment},
                                   Field{"cluster_by", Empty},
                                   Field{"rows", Null, kNumber},
                                   Field{"bytes", Null, kNumber},
                                   Field{"owner", Owner},
                                   Field{"retention_time", One},
                                   Field{"owner_role_type", RoleWord}};
constexpr std::array kStageFields{Field{"created_on", CreatedOn, kTime},
                                  Field{"name", Name},
                                  Field{"database_name", Database},
                                  Field{"schema_name", Schema},
                                  Field{"url", Empty},
                                  Field{"has_credentials", No},
                                  Field{"has_encryption_key", No},
                                  Field{"owner", Owner},
                                  Field{"comment", Comment},
                                  Field{"region", Null},
                                  Field{"type", StageType},
                                  Field{"cloud", Null},
                                  Field{"notification_channel", Null},
                                  Field{"storage_integration", Null},
                                  Field{"owner_role_type", RoleWord}};
constexpr std::array kFileFormatFields{Field{"created_on", CreatedOn, kTime},
                                       Field{"name", Name},
                                       Field{"database_name", Database},
                                       Field{"schema_name", Schema},
                                       Field{"type", Kind},
                                       Field{"owner", Owner},
                                       Field{"comment", Comment},
                                       Field{"format_options", Detail},
                                       Field{"owner_role_type", RoleWord}};
constexpr std::array kPolicyFields{Field{"created_on", CreatedOn, kTime},
                                   Field{"name", Name},
                                   Field{"database_name", Database},
                                   Field{"schema_name", Schema},
                                   Field{"kind", KindWord},
                                   Field{"owner", Owner},
                                   Field{"comment", Comment},
                                   Field{"options", Empty},
                                   Field{"owner_role_type", RoleWord}};
constexpr std::array kWarehouseFields{Field{"name", Name},
                                      Field{"state", Started},
                                      Field{"type", Standard},
                                      Field{"size", XSmall},
                                      Field{"is_default", No},
                                      Field{"is_current", IsCurrent},
                                      Field{"auto_suspend", Null, kNumber},
                                      Field{"auto_resume", NoWord},
                                      Field{"created_on", CreatedOn, kTime},
                                      Field{"owner", Owner},
                                      Field{"comment", Comment},
                                      Field{"owner_role_type", RoleWord}};

/// SHOW TERSE, of whatever kind.
constexpr std::array kTerseFields{Field{"created_on", CreatedOn, kTime}, Field{"name", Name},
                                  Field{"kind", TerseKind}, Field{"database_name", TerseDatabase},
                                  Field{"schema_name", TerseSchema}};

struct Listing {
  std::string_view words;
  ObjectKind kind;
  std::span<const Field> fields;
};
constexpr std::array<Listing, 10> kListings{{
    {"DATABASES", ObjectKind::kDatabase, kDatabaseFields},
    {"SCHEMAS", ObjectKind::kSchema, kSchemaFields},
    {"TABLES", ObjectKind::kTable, kTableFields},
    {"VIEWS", ObjectKind::kView, kViewFields},
    {"OBJECTS", ObjectKind::kTable, kObjectFields},
    {"STAGES", ObjectKind::kStage, kStageFields},
    {"FILE FORMATS", ObjectKind::kFileFormat, kFileFormatFields},
    {"WAREHOUSES", ObjectKind::kWarehouse, kWarehouseFields},
    {"ROW ACCESS POLICIES", ObjectKind::kRowAccessPolicy, kPolicyFields},
    {"MASKING POLICIES", ObjectKind::kMaskingPolicy, kPolicyFields},
}};

/// The database and schema to look in: what IN says, else the session's.
struct Place {
  std::optional<std::string> database;
  std::optional<std::string> schema;
};

Result<Place> FindPlace(Execution& execution, const ShowFilter& filter, ObjectKind kind) {
  using In = ShowFilter::In;
  const auto& state = execution.state;
  if (kind == ObjectKind::kDatabase || kind == ObjectKind::kWarehouse) return Place{};
  if (filter.in == In::kAccount) return Place{};
  if (filter.in == In::kUnsaid || filter.in_name.empty()) {
    Place place;
    if (!state.database.empty()) place.database = state.database;
    const bool whole_database = kind == ObjectKind::kSchema || filter.in == In::kDatabase;
    if (!whole_database && !state.schema.empty()) place.schema = state.schema;
    return place;
  }
  // `SHOW SCHEMAS IN x` means the database x, and so does IN DATABASE.
  const bool database = filter.in == In::kDatabase || kind == ObjectKind::kSchema;
  const auto found = execution.services.catalog.Find(
      execution.scope(), database ? ObjectKind::kDatabase : ObjectKind::kSchema, filter.in_name);
  if (!found && filter.in == In::kSchema && filter.in_name.size() == 1) {
    FIRN_TRY(const auto parent, execution.services.catalog.Find(
                                    execution.scope(), ObjectKind::kDatabase, filter.in_name));
    return Place{parent->name.database, std::nullopt};
  }
  if (!found) return found.error();
  Place place{(*found)->name.database, std::nullopt};
  if (!database) place.schema = (*found)->name.schema;
  return place;
}

std::vector<ObjectPtr> ListObjects(Execution& execution, const Listing& listing,
                                   const Place& place) {
  const auto scope = execution.scope();
  auto& catalog = execution.services.catalog;
  auto objects = catalog.List(scope, listing.kind, place.database, place.schema);
  if (listing.words == "OBJECTS") {
    const auto views = catalog.List(scope, ObjectKind::kView, place.database, place.schema);
    objects.insert(objects.end(), views.begin(), views.end());
  }
  for (const auto& object : TemporaryOf(execution.session)->List(listing.kind)) {
    const bool here = (!place.database || object->name.database == *place.database) &&
                      (!place.schema || object->name.schema == *place.schema);
    if (here && object->kind == listing.kind) objects.push_back(object);
  }
  return objects;
}

Result<Outcome> ShowListing(Execution& execution, sql::Cursor& cursor, const Listing& listing,
                            bool terse) {
  const auto fields = terse ? std::span<const Field>(kTerseFields) : listing.fields;
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  FIRN_TRY(const auto place, FindPlace(execution, filter, listing.kind));
  Outcome out;
  for (const auto& field : fields) {
    const auto name = std::string(field.name);
    if (field.type == kTime) {
      out.columns.push_back(TimeColumn(name));
    } else {
      out.columns.push_back(field.type == kNumber ? NumberColumn(name) : TextColumn(name));
    }
  }
  for (const auto& object : ListObjects(execution, listing, place)) {
    if (!Passes(filter, *Name(execution, *object))) continue;
    if (filter.limit && static_cast<std::int64_t>(out.rows.size()) >= *filter.limit) break;
    auto& row = out.rows.emplace_back();
    for (const auto& field : fields) row.push_back(field.read(execution, *object));
  }
  return out;
}

/// A type as SHOW COLUMNS writes it: {"type":"FIXED","precision":38,"scale":0,"nullable":true}.
std::string TypeJson(const catalog::ColumnInfo& column) {
  const auto& type = column.type;
  std::string out = "{\"type\":\"" + std::string(types::LogicalName(type.kind)) + "\"";
  using types::Kind;
  if (type.kind == Kind::kNumber) out += ",\"precision\":" + std::to_string(type.precision);
  if (type.kind == Kind::kText || type.kind == Kind::kBinary) {
    out += ",\"length\":" + std::to_string(type.length);
  } else if (type.kind == Kind::kNumber || type.kind == Kind::kTime ||
             type.kind == Kind::kTimestampNtz || type.kind == Kind::kTimestampLtz ||
             type.kind == Kind::kTimestampTz) {
    out += ",\"scale\":" + std::to_string(type.scale);
  }
  return out + ",\"nullable\":" + (column.nullable ? "true}" : "false}");
}

Result<Outcome> ShowColumns(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  FIRN_TRY(const auto tables, TablesIn(execution, filter));
  Outcome out;
  for (const auto* name :
       {"table_name", "schema_name", "column_name", "data_type", "null?", "default", "kind",
        "expression", "comment", "database_name", "autoincrement"}) {
    out.columns.push_back(TextColumn(name));
  }
  for (const auto& table : tables) {
    for (const auto& column : table->columns) {
      if (!Passes(filter, column.name)) continue;
      if (filter.limit && static_cast<std::int64_t>(out.rows.size()) >= *filter.limit) break;
      out.rows.push_back({table->name.name, table->name.schema, column.name, TypeJson(column),
                          column.nullable ? "true" : "NOT_NULL", column.default_sql, "COLUMN", "",
                          column.comment, table->name.database, ""});
    }
  }
  return out;
}

}  // namespace

Result<std::vector<ObjectPtr>> TablesIn(Execution& execution, const ShowFilter& filter) {
  if (filter.in == ShowFilter::In::kTable) {
    FIRN_TRY(auto table, FindObject(execution, ObjectKind::kTable, filter.in_name));
    return std::vector{std::move(table)};
  }
  FIRN_TRY(const auto place, FindPlace(execution, filter, ObjectKind::kTable));
  return ListObjects(execution, kListings[4], place);
}

Result<Outcome> RunShowObjects(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW"));
  const bool terse = cursor.Accept("TERSE");
  if (cursor.Accept("COLUMNS")) return ShowColumns(execution, cursor);
  for (const auto& listing : kListings) {
    if (cursor.Accept(listing.words)) return ShowListing(execution, cursor, listing, terse);
  }
  return cursor.Unexpected();
}

}  // namespace firn::statements
