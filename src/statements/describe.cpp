#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/file_format.hpp"

namespace firn::statements {
namespace {

using catalog::ObjectKind;

Result<Outcome> DescribeTable(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  if (cursor.Accept("TYPE")) {
    cursor.AcceptSymbol("=");
    FIRN_CHECK(cursor.Expect("COLUMNS"));
  }
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto table, FindObject(execution, ObjectKind::kTable, parts));
  Outcome out;
  for (const auto* name : {"name", "type", "kind", "null?", "default", "primary key", "unique key",
                           "check", "expression", "comment", "policy name"}) {
    out.columns.push_back(TextColumn(name));
  }
  for (const auto& column : table->columns) {
    const auto default_sql =
        column.default_sql.empty() ? std::nullopt : std::optional(column.default_sql);
    const auto comment = column.comment.empty() ? std::nullopt : std::optional(column.comment);
    out.rows.push_back({column.name, types::ToSql(column.type), "COLUMN",
                        column.nullable ? "Y" : "N", default_sql, column.primary_key ? "Y" : "N",
                        "N", std::nullopt, std::nullopt, comment, std::nullopt});
  }
  return out;
}

/// DESCRIBE RESULT 'id' and DESCRIBE RESULT LAST_QUERY_ID()
Result<Outcome> DescribeResult(Execution& execution, sql::Cursor& cursor) {
  std::string id;
  if (cursor.Accept("LAST_QUERY_ID")) {
    FIRN_CHECK(cursor.ExpectParenthesised());
    if (!execution.previous_queries.empty()) id = execution.previous_queries.front();
  } else {
    FIRN_TRY(id, cursor.ExpectString());
  }
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto result, execution.services.results.Find(id, execution.state.principal.user));
  Outcome out;
  out.columns = {TextColumn("name"), TextColumn("type"), TextColumn("kind"), TextColumn("null?")};
  for (const auto& column : result->columns) {
    out.rows.push_back(
        {column.name, types::ToSql(column.type), "COLUMN", column.nullable ? "Y" : "N"});
  }
  return out;
}

Result<Outcome> DescribeStage(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto stage, FindObject(execution, ObjectKind::kStage, parts));
  Outcome out;
  for (const auto* name :
       {"parent_property", "property", "property_type", "property_value", "property_default"}) {
    out.columns.push_back(TextColumn(name));
  }
  out.rows.push_back({"STAGE_FILE_FORMAT", "OPTIONS", "String", stage->detail, "{}"});
  out.rows.push_back({"STAGE_LOCATION", "URL", "String", "", ""});
  return out;
}

/// DESCRIBE FILE FORMAT: the options that it was made with.
Result<Outcome> DescribeFileFormat(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto options, FindFileFormat(execution, parts));
  Outcome out;
  for (const auto* name : {"property", "property_type", "property_value", "property_default"}) {
    out.columns.push_back(TextColumn(name));
  }
  for (const auto& [name, value] : options) out.rows.push_back({name, "String", value, ""});
  return out;
}

/// The kinds that Snowflake describes and Firn has no DESCRIBE of.
Status RefuseOtherKinds(const sql::Cursor& cursor) {
  const auto* kind = cursor.Peek();
  const auto* name = cursor.Peek(1);
  if (kind == nullptr || name == nullptr || kind->kind != sql::TokenKind::kWord) return {};
  const bool is_name =
      name->kind == sql::TokenKind::kWord || name->kind == sql::TokenKind::kQuotedName;
  const bool is_option = EqualIgnoringCase(name->text, "TYPE");
  if (!is_name || is_option) return {};
  return SqlError(
      Code::kInvalid, 2, "0A000",
      "SQL compilation error:\nUnsupported feature 'DESCRIBE " + UpperCase(kind->text) + "'.");
}

/// DESCRIBE SCHEMA and DESCRIBE DATABASE list what they hold.
Result<Outcome> DescribeContainer(Execution& execution, sql::Cursor& cursor, ObjectKind kind) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto found, execution.services.catalog.Find(execution.scope(), kind, parts));
  Outcome out;
  out.columns = {TimeColumn("created_on"), TextColumn("name"), TextColumn("kind")};
  const bool database = kind == ObjectKind::kDatabase;
  const auto kinds = database ? std::vector{ObjectKind::kSchema}
                              : std::vector{ObjectKind::kTable, ObjectKind::kView,
                                            ObjectKind::kStage, ObjectKind::kFileFormat};
  const auto schema = database ? std::nullopt : std::optional(found->name.schema);
  for (const auto inner : kinds) {
    for (const auto& object :
         execution.services.catalog.List(execution.scope(), inner, found->name.database, schema)) {
      out.rows.push_back({TimeText(object->created_on_ms),
                          database ? object->name.schema : object->name.name,
                          std::string(access::ObjectKindName(inner))});
    }
  }
  return out;
}

Result<Outcome> DescribeWarehouse(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto found, FindObject(execution, ObjectKind::kWarehouse, parts));
  Outcome out;
  out.columns = {TimeColumn("created_on"), TextColumn("name"), TextColumn("kind")};
  out.rows.push_back({TimeText(found->created_on_ms), found->name.name, "WAREHOUSE"});
  return out;
}

}  // namespace

Result<Outcome> RunDescribe(Execution& execution) {
  auto cursor = execution.cursor();
  if (!cursor.Accept("DESCRIBE")) FIRN_CHECK(cursor.Expect("DESC"));
  if (cursor.Accept("RESULT")) return DescribeResult(execution, cursor);
  if (cursor.Accept("STAGE")) return DescribeStage(execution, cursor);
  if (cursor.Accept("SCHEMA")) return DescribeContainer(execution, cursor, ObjectKind::kSchema);
  if (cursor.Accept("DATABASE")) {
    return DescribeContainer(execution, cursor, ObjectKind::kDatabase);
  }
  if (cursor.Accept("WAREHOUSE")) return DescribeWarehouse(execution, cursor);
  if (cursor.Accept("FILE FORMAT")) return DescribeFileFormat(execution, cursor);
  if (!cursor.Accept("TABLE") && !cursor.Accept("VIEW")) FIRN_CHECK(RefuseOtherKinds(cursor));
  return DescribeTable(execution, cursor);
}

}  // namespace firn::statements
