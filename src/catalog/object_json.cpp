#include "catalog/object_json.hpp"

#include <array>
#include <boost/json.hpp>

namespace firn::catalog {
namespace {

namespace json = boost::json;

/// The words of the format; never change one.
template <typename T>
struct Word {
  T value;
  std::string_view word;
};

constexpr std::array<Word<ObjectKind>, 10> kObjectKinds{{
    {ObjectKind::kAccount, "account"},
    {ObjectKind::kDatabase, "database"},
    {ObjectKind::kSchema, "schema"},
    {ObjectKind::kTable, "table"},
    {ObjectKind::kView, "view"},
    {ObjectKind::kStage, "stage"},
    {ObjectKind::kFileFormat, "file_format"},
    {ObjectKind::kWarehouse, "warehouse"},
    {ObjectKind::kRowAccessPolicy, "row_access_policy"},
    {ObjectKind::kMaskingPolicy, "masking_policy"},
}};

constexpr std::array<Word<types::Kind>, 13> kTypeKinds{{
    {types::Kind::kNumber, "number"},
    {types::Kind::kFloat, "float"},
    {types::Kind::kText, "text"},
    {types::Kind::kBinary, "binary"},
    {types::Kind::kBoolean, "boolean"},
    {types::Kind::kDate, "date"},
    {types::Kind::kTime, "time"},
    {types::Kind::kTimestampNtz, "timestamp_ntz"},
    {types::Kind::kTimestampLtz, "timestamp_ltz"},
    {types::Kind::kTimestampTz, "timestamp_tz"},
    {types::Kind::kVariant, "variant"},
    {types::Kind::kObject, "object"},
    {types::Kind::kArray, "array"},
}};

template <typename T, std::size_t n>
std::string_view WordOf(const std::array<Word<T>, n>& words, T value) {
  for (const auto& row : words) {
    if (row.value == value) return row.word;
  }
  return {};
}

template <typename T, std::size_t n>
bool FromWord(const std::array<Word<T>, n>& words, std::string_view word, T& value) {
  for (const auto& row : words) {
    if (row.word != word) continue;
    value = row.value;
    return true;
  }
  return false;
}

json::object NameToJson(const QualifiedName& name) {
  return {{"database", name.database}, {"schema", name.schema}, {"name", name.name}};
}

json::value UseToJson(const std::optional<PolicyUse>& use) {
  if (!use) return nullptr;
  return json::object{{"policy", use->policy_id},
                      {"columns", json::array(use->columns.begin(), use->columns.end())}};
}

json::object ColumnToJson(const ColumnInfo& column) {
  return {{"name", column.name},
          {"kind", WordOf(kTypeKinds, column.type.kind)},
          {"precision", column.type.precision},
          {"scale", column.type.scale},
          {"length", column.type.length},
          {"int64", column.type.stored_as_int64},
          {"nullable", column.nullable},
          {"default", column.default_sql},
          {"comment", column.comment},
          {"primary_key", column.primary_key},
          {"masking", UseToJson(column.masking)}};
}

std::string Text(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

std::int64_t Number(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  const auto* number = value ? value->if_int64() : nullptr;
  return number ? *number : 0;
}

bool Bool(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  const auto* truth = value ? value->if_bool() : nullptr;
  return truth && *truth;
}

QualifiedName Name(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  const auto* name = value ? value->if_object() : nullptr;
  if (!name) return {};
  return {Text(*name, "database"), Text(*name, "schema"), Text(*name, "name")};
}

/// False when there is something that cannot be read: a table must not lose its policy.
bool ReadUse(const json::object& from, std::string_view key, std::optional<PolicyUse>& use) {
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return true;  // also of before there were policies
  const auto* fields = value->if_object();
  const auto* columns = fields ? fields->if_contains("columns") : nullptr;
  if (!columns || !columns->is_array()) return false;
  auto& read = use.emplace();
  read.policy_id = Number(*fields, "policy");
  for (const auto& column : columns->get_array()) {
    if (!column.is_string()) return false;
    read.columns.emplace_back(column.get_string());
  }
  return read.policy_id != 0;
}

bool ReadColumn(const json::value& from, ColumnInfo& column) {
  const auto* fields = from.if_object();
  if (!fields || !FromWord(kTypeKinds, Text(*fields, "kind"), column.type.kind)) return false;
  column.name = Text(*fields, "name");
  column.type.precision = static_cast<int>(Number(*fields, "precision"));
  column.type.scale = static_cast<int>(Number(*fields, "scale"));
  column.type.length = Number(*fields, "length");
  column.type.stored_as_int64 = Bool(*fields, "int64");
  column.nullable = Bool(*fields, "nullable");
  column.default_sql = Text(*fields, "default");
  column.comment = Text(*fields, "comment");
  column.primary_key = Bool(*fields, "primary_key");
  return ReadUse(*fields, "masking", column.masking);
}

Error Unreadable() {
  return Error{Code::kInternal, "An object in the metadata cannot be read. Restore a backup."};
}

}  // namespace

std::string ObjectToJson(const Object& object) {
  json::array columns;
  for (const auto& column : object.columns) columns.push_back(ColumnToJson(column));
  return json::serialize(json::object{{"id", object.id},
                                      {"kind", WordOf(kObjectKinds, object.kind)},
                                      {"name", NameToJson(object.name)},
                                      {"owner_role", object.owner_role},
                                      {"comment", object.comment},
                                      {"created_on_ms", object.created_on_ms},
                                      {"columns", std::move(columns)},
                                      {"text", object.text},
                                      {"context", NameToJson(object.context)},
                                      {"detail", object.detail},
                                      {"transient", object.transient},
                                      {"managed_access", object.managed_access},
                                      {"row_access", UseToJson(object.row_access)},
                                      {"physical_schema", object.physical_schema}});
}

Result<Object> ObjectFromJson(std::string_view text) {
  json::error_code failed;
  const auto value = json::parse(text, failed);
  const auto* from = failed ? nullptr : value.if_object();
  Object object;
  if (!from || !FromWord(kObjectKinds, Text(*from, "kind"), object.kind)) return Unreadable();
  object.id = Number(*from, "id");
  object.name = Name(*from, "name");
  object.owner_role = Text(*from, "owner_role");
  object.comment = Text(*from, "comment");
  object.created_on_ms = Number(*from, "created_on_ms");
  object.text = Text(*from, "text");
  object.context = Name(*from, "context");
  object.detail = Text(*from, "detail");
  object.transient = Bool(*from, "transient");
  object.managed_access = Bool(*from, "managed_access");
  object.physical_schema = Text(*from, "physical_schema");
  if (!ReadUse(*from, "row_access", object.row_access)) return Unreadable();
  const auto* columns = from->if_contains("columns");
  if (!columns || !columns->is_array()) return Unreadable();
  for (const auto& column : columns->get_array()) {
    if (!ReadColumn(column, object.columns.emplace_back())) return Unreadable();
  }
  return object;
}

}  // namespace firn::catalog
