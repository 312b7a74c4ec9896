#include "statements/bind.hpp"

#include <algorithm>
#include <set>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "results/result_set.hpp"
#include "sql/guard.hpp"
#include "sql/slots.hpp"
#include "statements/bindings.hpp"
#include "statements/change_target.hpp"
#include "statements/coerce.hpp"
#include "statements/context.hpp"
#include "statements/governance/apply_policies.hpp"
#include "statements/information_schema.hpp"
#include "statements/result_scan.hpp"
#include "statements/temporary.hpp"

namespace firn::statements {
namespace {

using access::Privilege;
using catalog::Object;
using catalog::ObjectKind;
using ObjectPtr = std::shared_ptr<const Object>;

constexpr int kDeepestView = 32;

/// What binding one statement gathers. `names` are the columns that its tables have.
struct Gathered {
  BoundStatement out;
  std::set<std::string> names;
  SlotColumns slots;  ///< of the statement itself, not of the views in it
};

Result<std::string> BindText(Execution& execution, const catalog::Scope& scope,
                             const sql::Translation& translation, int depth, Gathered& gathered);

Status ExpectQuery(const sql::Translation& translation) {
  if (translation.kind == sql::Translation::Kind::kQuery) return {};
  return SqlError(Code::kInvalid, 1003, "42000",
                  "SQL compilation error:\na query is expected here, not a change of rows.");
}

sql::Verb VerbOf(sql::Translation::Kind kind) {
  switch (kind) {
    case sql::Translation::Kind::kQuery: return sql::Verb::kQuery;
    case sql::Translation::Kind::kUpdate: return sql::Verb::kUpdate;
    case sql::Translation::Kind::kDelete: return sql::Verb::kDelete;
    case sql::Translation::Kind::kMerge: break;
  }
  return sql::Verb::kMerge;
}

/// A view as a subquery, bound where it was written and with its owner's rights.
Result<std::string> OpenView(Execution& execution, const Object& view, int depth,
                             Gathered& gathered) {
  if (depth >= kDeepestView) {
    return SqlError(Code::kInvalid, 2057, "42601",
                    "view " + view.SqlName() + " is nested more than 32 deep, or in itself");
  }
  FIRN_TRY(const auto translation, execution.services.translator.Translate(view.text));
  FIRN_CHECK(ExpectQuery(*translation));
  const catalog::Scope owner{
      {0, view.owner_role, view.owner_role}, view.context.database, view.context.schema, ""};
  FIRN_TRY(const auto body, BindText(execution, owner, *translation, depth + 1, gathered));
  std::string names;
  for (const auto& column : view.columns) {
    if (!names.empty()) names += ", ";
    names += engine::QuoteName(column.name);
  }
  return "(SELECT * FROM (" + body + ") AS v(" + names + "))";
}

/// What the reader may see of a table or view. Every road to rows leads through here.
Result<std::string> AsSeen(Execution& execution, const catalog::Scope& reader, const Object& object,
                           std::string relation, int depth, Gathered& gathered) {
  if (!HasPolicies(object)) return relation;
  if (depth >= kDeepestView) {
    return SqlError(Code::kInvalid, 2057, "42601",
                    "a policy of " + object.SqlName() + " reads, in the end, the object itself");
  }
  const auto bind = [&](const catalog::Scope& owner,
                        const std::string& text) -> Result<std::string> {
    FIRN_TRY(const auto translation, execution.services.translator.Translate(text));
    FIRN_CHECK(ExpectQuery(*translation));
    return BindText(execution, owner, *translation, depth + 1, gathered);
  };
  return WithPolicies(execution, reader, object, relation, bind);
}

Result<std::string> BindTable(Execution& execution, const catalog::Scope& scope,
                              const sql::TableSlot& slot, int depth, Gathered& gathered,
                              KnownColumns& columns) {
  if (auto view = InformationSchemaView(execution, scope, slot.name); view) {
    if (slot.is_target) {
      return SqlError(Code::kDenied, 3001, "42501", "INFORMATION_SCHEMA cannot be changed.");
    }
    FIRN_TRY(const auto made, *std::move(view));
    gathered.names.insert(made.columns.begin(), made.columns.end());
    return made.sql;
  }
  FIRN_TRY(const auto name,
           execution.services.catalog.Complete(scope, ObjectKind::kTable, slot.name));
  ObjectPtr object = TemporaryOf(execution.session)->Find(ObjectKind::kTable, name);
  if (!object) {
    FIRN_TRY(object, execution.services.catalog.Find(scope, ObjectKind::kTable, slot.name));
    // What a change does to its target is checked when its whole text is known.
    if (!slot.is_target) {
      FIRN_CHECK(
          execution.services.access.Check(scope.principal, Privilege::kSelect, object->ref()));
    }
  }
  columns = ColumnsOf(*object);
  for (const auto& column : object->columns) gathered.names.insert(column.name);
  if (object->kind == ObjectKind::kView) {
    if (slot.is_target) {
      return SqlError(Code::kInvalid, 2003, "42601",
                      "SQL compilation error:\n'" + object->SqlName() +
                          "' is a view; rows are changed in its tables.");
    }
    FIRN_TRY(auto opened, OpenView(execution, *object, depth, gathered));
    return AsSeen(execution, scope, *object, std::move(opened), depth, gathered);
  }
  if (slot.is_target && HasPolicies(*object)) {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'UPDATE, DELETE or MERGE of a "
                    "table with policies'.");
  }
  if (slot.is_target) gathered.out.target = object;
  gathered.out.physical_tables.push_back(object->PhysicalName());
  if (slot.is_target) return object->PhysicalName();
  // The lake's tables have columns that nobody declared (rowid, filename, …); `*` leaves them out.
  return AsSeen(execution, scope, *object, "(SELECT * FROM " + object->PhysicalName() + ")", depth,
                gathered);
}

/// How a value is stored in that column of the target, whose slot stands first in the text.
Result<std::string> AssignedFunction(const sql::AssignedSlot& slot, const Object* target) {
  if (target == nullptr) {
    return Error{Code::kInternal, "The translated statement assigns to no table."};
  }
  const auto& columns = target->columns;
  auto at = columns.begin() + static_cast<std::ptrdiff_t>(std::min(slot.position, columns.size()));
  if (!slot.column.empty()) {
    at = std::find_if(columns.begin(), columns.end(),
                      [&](const auto& column) { return column.name == slot.column; });
  }
  if (at == columns.end()) return std::string("firn_as_is");  // DuckDB says what is wrong
  return StoringFunction(at->type);
}

Result<std::string> BindText(Execution& execution, const catalog::Scope& scope,
                             const sql::Translation& translation, int depth, Gathered& gathered) {
  SlotColumns slots;
  slots.tables.resize(translation.tables.size());
  slots.result_scans.resize(translation.result_scans.size());
  sql::SlotTexts fill;
  fill.table = [&](std::size_t index) -> Result<std::string> {
    const auto& slot = translation.tables[index];
    return BindTable(execution, scope, slot, depth, gathered, slots.tables[index]);
  };
  fill.result_scan = [&](std::size_t index) -> Result<std::string> {
    FIRN_TRY(auto scan, OpenResultScan(execution, translation.result_scans[index]));
    for (const auto& column : scan.columns) gathered.names.insert(column.name);
    slots.result_scans[index] = ColumnsOf(scan.columns);
    auto text = "(SELECT * FROM firn_scan(" + engine::QuoteText(scan.source->name()) + "))";
    gathered.out.sources.push_back(std::move(scan.source));
    return text;
  };
  fill.context = [&](std::string_view name) {
    return ContextValue(execution, scope, std::string(name));
  };
  fill.assigned = [&](std::size_t index) {
    return AssignedFunction(translation.assigned[index], gathered.out.target.get());
  };
  FIRN_TRY(auto text, sql::FillSlots(translation, fill));
  if (depth == 0) gathered.slots = std::move(slots);
  return text;
}

/// DuckDB finds columns whatever their case; Snowflake does not. A name that fits only when case
/// is ignored is refused as Snowflake would, and so is one that only the lake knows.
Status CheckCase(const sql::Translation& translation, const std::set<std::string>& names) {
  std::set<std::string> known = names;
  known.insert(translation.defined_names.begin(), translation.defined_names.end());
  for (const auto& column : translation.columns) {
    if (known.contains(column)) continue;
    const bool other_case = std::any_of(known.begin(), known.end(), [&](const auto& name) {
      return EqualIgnoringCase(name, column);
    });
    if (other_case || IsHiddenColumn(column)) {
      return SqlError(Code::kInvalid, 904, "42000",
                      "SQL compilation error: error line 1 at position 0\ninvalid identifier '" +
                          NameToSql(column) + "'");
    }
  }
  return {};
}

}  // namespace

Result<BoundStatement> Bind(Execution& execution, std::string_view text, bool as_query) {
  FIRN_TRY(const auto translation, execution.services.translator.Translate(text));
  if (as_query) FIRN_CHECK(ExpectQuery(*translation));
  Gathered gathered;
  gathered.out.kind = translation->kind;
  gathered.out.columns = translation->columns;
  FIRN_TRY(auto sql, BindText(execution, execution.scope(), *translation, 0, gathered));
  FIRN_CHECK(CheckCase(*translation, gathered.names));
  gathered.out.outputs = ResolveOutputs(translation->outputs, gathered.slots);
  FIRN_TRY(gathered.out.sql, PlaceBindings(execution, sql, gathered.out.sources));
  if (const auto& target = gathered.out.target; target) {
    // What mentions a column reads it, or could be used to find out what it holds.
    const bool reads = !translation->columns.empty();
    FIRN_CHECK(CheckMayChange(execution, gathered.out.sql, *target, reads));
    FIRN_CHECK(CheckHiddenColumns(gathered.out.sql, *target));
  }
  return std::move(gathered.out);
}

Status CheckTouched(engine::Connection& connection, const BoundStatement& bound) {
  std::vector<std::string> scans;
  for (const auto& source : bound.sources) scans.push_back(source->name());
  FIRN_CHECK(sql::CheckChange(bound.sql, VerbOf(bound.kind),
                              bound.target ? bound.target->PhysicalName() : ""));
  FIRN_CHECK(sql::CheckFunctions(bound.sql, scans));
  FIRN_CHECK(sql::CheckRelations(bound.sql, bound.physical_tables));
  FIRN_TRY(const auto touched, connection.TableNames(bound.sql));
  return sql::CheckTables(touched, bound.physical_tables);
}

Result<std::string> BindDefault(Execution& execution, const std::string& default_sql) {
  FIRN_TRY(const auto bound, Bind(execution, "SELECT " + default_sql, true));
  FIRN_CHECK(sql::CheckChange(bound.sql, sql::Verb::kQuery, ""));
  FIRN_CHECK(sql::CheckFunctions(bound.sql));
  FIRN_CHECK(sql::CheckRelations(bound.sql, {}));
  return "(" + bound.sql + ")";
}

Result<ObjectPtr> FindObject(Execution& execution, ObjectKind kind,
                             const std::vector<std::string>& parts) {
  const auto scope = execution.scope();
  if (auto name = execution.services.catalog.Complete(scope, kind, parts); name) {
    if (auto temporary = TemporaryOf(execution.session)->Find(kind, *name)) return temporary;
  }
  return execution.services.catalog.Find(scope, kind, parts);
}

}  // namespace firn::statements
