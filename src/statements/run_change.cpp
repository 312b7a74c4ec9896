#include <algorithm>

#include "access/access_service.hpp"
#include "engine/read_text.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/change.hpp"
#include "statements/connections.hpp"

namespace firn::statements {
namespace {

/// A statement that finds no row must still fail when one it wrote is too long; DuckDB's VARCHAR
/// has no length, so the written columns are looked at before the commit.
std::vector<std::string> LengthChecks(const BoundStatement& bound) {
  std::vector<std::string> checks;
  for (const auto& column : bound.target->columns) {
    const bool limited =
        column.type.kind == types::Kind::kText && column.type.length < types::kMaxTextLength;
    const bool mentioned =
        std::find(bound.columns.begin(), bound.columns.end(), column.name) != bound.columns.end();
    if (!limited || !mentioned) continue;
    const auto name = engine::QuoteName(column.name);
    checks.push_back("SELECT CAST(firn_fit(" + name + ", " + std::to_string(column.type.length) +
                     ") AS VARCHAR) FROM " + bound.target->PhysicalName() + " WHERE length(" +
                     name + ") > " + std::to_string(column.type.length) + " LIMIT 1");
  }
  return checks;
}

Result<std::int64_t> ChangeAndCheck(Execution& execution, Lease& lease,
                                    const BoundStatement& bound) {
  const auto checks = LengthChecks(bound);
  if (checks.empty()) {
    FIRN_TRY(const auto changed, Change(execution, lease, {bound.sql}));
    return changed.back();
  }
  const bool own =
      !lease.in_transaction() && execution.state.parameters.Get("AUTOCOMMIT") == "true";
  if (own) FIRN_CHECK(lease->Begin());
  const auto run = [&]() -> Result<std::int64_t> {
    FIRN_TRY(const auto changed, Change(execution, lease, {bound.sql}));
    for (const auto& check : checks) FIRN_CHECK(engine::ReadText(*lease, check));
    return changed.back();
  };
  auto changed = run();
  if (own) {
    if (changed) {
      FIRN_CHECK(lease->Commit());
    } else {
      FIRN_CHECK(lease->Rollback());
    }
    return changed;
  }
  if (!changed) return lease.Fail(std::move(changed).error());
  return changed;
}

Result<std::int64_t> RunBound(Execution& execution, sql::Translation::Kind kind) {
  FIRN_TRY(const auto bound, Bind(execution, execution.text, false));
  if (bound.kind != kind || !bound.target) return execution.cursor().Unexpected();
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(CheckTouched(*lease, bound));
  return ChangeAndCheck(execution, lease, bound);
}

}  // namespace

Result<Outcome> RunUpdate(Execution& execution) {
  FIRN_TRY(const auto changed, RunBound(execution, sql::Translation::Kind::kUpdate));
  return CountOutcome(
      {{"number of rows updated", changed}, {"number of multi-joined rows updated", 0}});
}

Result<Outcome> RunDelete(Execution& execution) {
  FIRN_TRY(const auto changed, RunBound(execution, sql::Translation::Kind::kDelete));
  return CountOutcome({{"number of rows deleted", changed}});
}

Result<Outcome> RunMerge(Execution& execution) {
  FIRN_TRY(const auto changed, RunBound(execution, sql::Translation::Kind::kMerge));
  return CountOutcome({{"number of rows inserted", 0}, {"number of rows updated", changed}});
}

Result<Outcome> RunTruncate(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("TRUNCATE"));
  cursor.Accept("TABLE");
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  const auto table = FindObject(execution, catalog::ObjectKind::kTable, parts);
  if (!table) {
    if (if_exists && table.error().code == Code::kNotFound) {
      return StatusOutcome("Statement executed successfully.");
    }
    return table.error();
  }
  if ((*table)->id > 0) {
    FIRN_CHECK(execution.services.access.Check(execution.state.principal,
                                               access::Privilege::kTruncate, (*table)->ref()));
  }
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(lease->Execute("DELETE FROM " + (*table)->PhysicalName()));
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
