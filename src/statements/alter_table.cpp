#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/alter_columns.hpp"
#include "statements/bind.hpp"
#include "statements/connections.hpp"
#include "statements/governance/attach_policy.hpp"
#include "statements/temporary.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

using catalog::Object;
using catalog::ObjectKind;

Error Unsupported(const std::string& what) {
  return SqlError(Code::kInvalid, 2, "0A000",
                  "SQL compilation error:\nUnsupported feature '" + what + "'.");
}

Status RenameTemporary(Execution& execution, const Object& table, const std::string& name,
                       engine::Connection& connection) {
  const auto temporary = TemporaryOf(execution.session);
  auto renamed = table;
  renamed.name.name = name;
  if (temporary->Find(ObjectKind::kTable, renamed.name)) {
    return SqlError(Code::kExists, 2002, "42710",
                    "SQL compilation error:\nObject '" + renamed.SqlName() + "' already exists.");
  }
  FIRN_CHECK(tables::TableService::RenameInLake(table, renamed, connection));
  temporary->Remove(ObjectKind::kTable, table.name);
  temporary->PutAs(ObjectKind::kTable, std::move(renamed));
  return {};
}

Status Apply(Execution& execution, const AlteredColumns& altered, Lease& lease) {
  if (altered.steps.empty()) return {};
  if (altered.table.id > 0) {
    return execution.services.tables.ChangeColumns(execution.scope(), altered.table, altered.steps,
                                                   *lease);
  }
  FIRN_CHECK(tables::TableService::RunSteps(*lease, altered.steps));
  TemporaryOf(execution.session)->PutAs(ObjectKind::kTable, altered.table);
  return {};
}

Status Rename(Execution& execution, sql::Cursor& cursor, const Object& table) {
  FIRN_TRY(const auto new_parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto name,
           execution.services.catalog.Complete(execution.scope(), ObjectKind::kTable, new_parts));
  if (name.database != table.name.database || name.schema != table.name.schema) {
    return Unsupported("ALTER TABLE RENAME TO another schema");
  }
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  if (table.id < 0) return RenameTemporary(execution, table, name.name, *lease);
  return execution.services.tables.RenameTable(execution.scope(), table, name.name, *lease);
}

}  // namespace

/// ALTER TABLE [IF EXISTS] name RENAME TO name | RENAME COLUMN … | ADD [COLUMN] … | DROP [COLUMN]
/// …, and the clauses of AlterPolicies.
Result<Outcome> RunAlterTable(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("ALTER TABLE"));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  const auto found = FindObject(execution, ObjectKind::kTable, parts);
  if (!found) {
    if (if_exists && found.error().code == Code::kNotFound) {
      return StatusOutcome("Statement executed successfully.");
    }
    return found.error();
  }
  FIRN_TRY(auto policies, AlterPolicies(execution, cursor, **found));
  if (policies) return *std::move(policies);
  const auto& table = **found;
  if (table.kind != ObjectKind::kTable) return Unsupported("ALTER TABLE of a view");
  if (cursor.Accept("RENAME TO")) {
    FIRN_CHECK(Rename(execution, cursor, table));
    return StatusOutcome("Statement executed successfully.");
  }
  FIRN_TRY(const auto altered, AlterColumns(execution, cursor, table));
  if (!altered) {
    if (cursor.Peek() == nullptr) return cursor.Unexpected();
    return Unsupported("ALTER TABLE " + UpperCase(cursor.Peek()->text));
  }
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(Apply(execution, *altered, lease));
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
