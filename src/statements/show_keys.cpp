#include "statements/all_forms.hpp"
#include "statements/show.hpp"

namespace firn::statements {
namespace {

/// A row for each column of a primary key.
Result<Outcome> ShowPrimaryKeys(Execution& execution, const ShowFilter& filter) {
  FIRN_TRY(const auto tables, TablesIn(execution, filter));
  Outcome out;
  out.columns = {
      TimeColumn("created_on"),      TextColumn("database_name"), TextColumn("schema_name"),
      TextColumn("table_name"),      TextColumn("column_name"),   NumberColumn("key_sequence"),
      TextColumn("constraint_name"), TextColumn("rely"),          TextColumn("comment")};
  for (const auto& table : tables) {
    int sequence = 0;
    for (const auto& column : table->columns) {
      if (!column.primary_key) continue;
      out.rows.push_back({TimeText(table->created_on_ms), table->name.database, table->name.schema,
                          table->name.name, column.name, std::to_string(++sequence),
                          "SYS_CONSTRAINT_" + std::to_string(table->id), "false", std::nullopt});
    }
  }
  return out;
}

}  // namespace

/// SHOW PRIMARY | UNIQUE | IMPORTED | EXPORTED KEYS [IN …]. Tables have no unique and no foreign
/// keys yet: both are parsed and not kept.
Result<Outcome> RunShowKeys(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW"));
  cursor.Accept("TERSE");
  const bool primary = cursor.Accept("PRIMARY KEYS");
  const bool unique = cursor.Accept("UNIQUE KEYS");
  if (!primary && !unique && !cursor.Accept("IMPORTED KEYS")) {
    FIRN_CHECK(cursor.Expect("EXPORTED KEYS"));
  }
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  FIRN_TRY(auto out, ShowPrimaryKeys(execution, filter));
  if (primary) return out;
  out.rows.clear();
  if (unique) return out;
  out.columns = {TimeColumn("created_on")};
  for (const auto* name :
       {"pk_database_name", "pk_schema_name", "pk_table_name", "pk_column_name", "fk_database_name",
        "fk_schema_name", "fk_table_name", "fk_column_name"}) {
    out.columns.push_back(TextColumn(name));
  }
  out.columns.push_back(NumberColumn("key_sequence"));
  for (const auto* name :
       {"update_rule", "delete_rule", "fk_name", "pk_name", "deferrability", "rely", "comment"}) {
    out.columns.push_back(TextColumn(name));
  }
  return out;
}

}  // namespace firn::statements
