#include "statements/information_schema.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/names.hpp"
#include "engine/engine.hpp"

namespace firn::statements {
namespace {

using catalog::Object;
using catalog::ObjectKind;

/// Rows as SQL values, written one after the other.
class Rows {
 public:
  explicit Rows(std::span<const std::string_view> columns)
      : columns_(columns.begin(), columns.end()) {}

  void Add(const std::vector<std::string>& values) {
    text_ += text_.empty() ? "(" : ", (";
    for (std::size_t i = 0; i < values.size(); ++i) text_ += (i == 0 ? "" : ", ") + values[i];
    text_ += ")";
  }

  [[nodiscard]] MadeView Done() const {
    std::string names;
    std::string nulls;
    for (const auto& column : columns_) {
      names += (names.empty() ? "" : ", ") + engine::QuoteName(column);
      nulls += nulls.empty() ? "NULL" : ", NULL";
    }
    // A row of NULLs that is filtered out again gives an empty view its columns.
    const auto values = text_.empty() ? "(" + nulls + ")" : text_;
    return {"(SELECT * FROM (VALUES " + values + ") AS v(" + names + ")" +
                (text_.empty() ? " WHERE false)" : ")"),
            columns_};
  }

 private:
  std::vector<std::string> columns_;
  std::string text_;
};

std::string Text(const std::string& value) { return engine::QuoteText(value); }
std::string Number(std::int64_t value) { return std::to_string(value); }
std::string Time(std::int64_t ms) { return "make_timestamptz(" + std::to_string(ms) + "000)"; }

struct Looked {
  Execution& execution;
  const catalog::Scope& scope;
  std::string database;

  [[nodiscard]] std::vector<std::shared_ptr<const Object>> List(ObjectKind kind) const {
    return execution.services.catalog.List(scope, kind, database, std::nullopt);
  }
};

MadeView Databases(const Looked& looked) {
  constexpr std::array<std::string_view, 4> kColumns{"DATABASE_NAME", "DATABASE_OWNER", "COMMENT",
                                                     "CREATED"};
  Rows rows(kColumns);
  for (const auto& object : looked.execution.services.catalog.List(
           looked.scope, ObjectKind::kDatabase, std::nullopt, std::nullopt)) {
    rows.Add({Text(object->name.database), Text(object->owner_role), Text(object->comment),
              Time(object->created_on_ms)});
  }
  return rows.Done();
}

MadeView Schemata(const Looked& looked) {
  constexpr std::array<std::string_view, 5> kColumns{"CATALOG_NAME", "SCHEMA_NAME", "SCHEMA_OWNER",
                                                     "COMMENT", "CREATED"};
  Rows rows(kColumns);
  for (const auto& object : looked.List(ObjectKind::kSchema)) {
    rows.Add({Text(object->name.database), Text(object->name.schema), Text(object->owner_role),
              Text(object->comment), Time(object->created_on_ms)});
  }
  return rows.Done();
}

MadeView Tables(const Looked& looked) {
  constexpr std::array<std::string_view, 9> kColumns{
      "TABLE_CATALOG", "TABLE_SCHEMA", "TABLE_NAME", "TABLE_OWNER", "TABLE_TYPE",
      "IS_TRANSIENT",  "COMMENT",      "CREATED",    "LAST_ALTERED"};
  Rows rows(kColumns);
  for (const auto kind : {ObjectKind::kTable, ObjectKind::kView}) {
    for (const auto& object : looked.List(kind)) {
      rows.Add({Text(object->name.database), Text(object->name.schema), Text(object->name.name),
                Text(object->owner_role), Text(kind == ObjectKind::kView ? "VIEW" : "BASE TABLE"),
                Text(object->transient ? "YES" : "NO"), Text(object->comment),
                Time(object->created_on_ms), Time(object->created_on_ms)});
    }
  }
  return rows.Done();
}

MadeView Views(const Looked& looked) {
  constexpr std::array<std::string_view, 7> kColumns{
      "TABLE_CATALOG",   "TABLE_SCHEMA", "TABLE_NAME", "TABLE_OWNER",
      "VIEW_DEFINITION", "COMMENT",      "CREATED"};
  Rows rows(kColumns);
  for (const auto& object : looked.List(ObjectKind::kView)) {
    rows.Add({Text(object->name.database), Text(object->name.schema), Text(object->name.name),
              Text(object->owner_role), Text(object->text), Text(object->comment),
              Time(object->created_on_ms)});
  }
  return rows.Done();
}

/// NUMBER(10,2) is shown as NUMBER; VARCHAR as TEXT.
std::string DataTypeName(const types::DataType& type) {
  if (type.kind == types::Kind::kText) return "TEXT";
  const auto sql = types::ToSql(type);
  return sql.substr(0, sql.find('('));
}

constexpr std::int64_t kMostOctets = 16'777'216;

bool IsTime(types::Kind kind) {
  using enum types::Kind;
  return kind == kTime || kind == kTimestampNtz || kind == kTimestampLtz || kind == kTimestampTz;
}

MadeView Columns(const Looked& looked) {
  constexpr std::array<std::string_view, 15> kColumns{"TABLE_CATALOG",
                                                      "TABLE_SCHEMA",
                                                      "TABLE_NAME",
                                                      "COLUMN_NAME",
                                                      "ORDINAL_POSITION",
                                                      "COLUMN_DEFAULT",
                                                      "IS_NULLABLE",
                                                      "DATA_TYPE",
                                                      "CHARACTER_MAXIMUM_LENGTH",
                                                      "CHARACTER_OCTET_LENGTH",
                                                      "NUMERIC_PRECISION",
                                                      "NUMERIC_PRECISION_RADIX",
                                                      "NUMERIC_SCALE",
                                                      "DATETIME_PRECISION",
                                                      "COMMENT"};
  Rows rows(kColumns);
  for (const auto kind : {ObjectKind::kTable, ObjectKind::kView}) {
    for (const auto& object : looked.List(kind)) {
      std::int64_t position = 0;
      for (const auto& column : object->columns) {
        const bool number = column.type.kind == types::Kind::kNumber;
        const bool text = column.type.kind == types::Kind::kText;
        const auto octets = std::min<std::int64_t>(4 * column.type.length, kMostOctets);
        rows.Add({Text(object->name.database), Text(object->name.schema), Text(object->name.name),
                  Text(column.name), Number(++position),
                  column.default_sql.empty() ? "NULL" : Text(column.default_sql),
                  Text(column.nullable ? "YES" : "NO"), Text(DataTypeName(column.type)),
                  text ? Number(column.type.length) : "NULL", text ? Number(octets) : "NULL",
                  number ? Number(column.type.precision) : "NULL", number ? "10" : "NULL",
                  number ? Number(column.type.scale) : "NULL",
                  IsTime(column.type.kind) ? Number(column.type.scale) : "NULL",
                  Text(column.comment)});
      }
    }
  }
  return rows.Done();
}

struct View {
  std::string_view name;
  MadeView (*make)(const Looked& looked);
};
constexpr std::array<View, 5> kViews{{{"DATABASES", Databases},
                                      {"SCHEMATA", Schemata},
                                      {"TABLES", Tables},
                                      {"VIEWS", Views},
                                      {"COLUMNS", Columns}}};

Result<MadeView> Make(Execution& execution, const catalog::Scope& scope,
                      const sql::NameParts& name) {
  const auto database = name.size() == 3 ? name.front() : scope.database;
  FIRN_TRY(const auto parent,
           execution.services.catalog.Find(scope, ObjectKind::kDatabase, {database}));
  for (const auto& view : kViews) {
    if (view.name == name.back()) return view.make({execution, scope, parent->name.database});
  }
  return SqlError(Code::kNotFound, 2003, "42S02",
                  "SQL compilation error:\nObject '" + NameToSql(database) +
                      ".INFORMATION_SCHEMA." + NameToSql(name.back()) +
                      "' does not exist or not authorized.");
}

}  // namespace

std::optional<Result<MadeView>> InformationSchemaView(Execution& execution,
                                                      const catalog::Scope& scope,
                                                      const sql::NameParts& name) {
  const auto schema = name.size() >= 2 ? name[name.size() - 2] : scope.schema;
  if (schema != "INFORMATION_SCHEMA") return std::nullopt;
  return Make(execution, scope, name);
}

}  // namespace firn::statements
