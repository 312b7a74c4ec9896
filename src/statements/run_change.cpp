#include <algorithm>

#include "access/access_service.hpp"
#include "engine/read_text.hpp"
#include "sql/guard.hpp"
#include "stages/stage_service.hpp"
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
    const bool binary = column.type.kind == types::Kind::kBinary;
    const bool limited =
        (column.type.kind == types::Kind::kText && column.type.length < types::kMaxTextLength) ||
        (binary && column.type.length < types::kMaxBinaryLength);
    const bool mentioned =
        std::find(bound.columns.begin(), bound.columns.end(), column.name) != bound.columns.end();
    if (!limited || !mentioned) continue;
    const auto name = engine::QuoteName(column.name);
    const auto limit = std::to_string(column.type.length);
    checks.push_back("SELECT CAST(" + std::string(binary ? "firn_fit_binary(" : "firn_fit(") +
                     name + ", " + limit + ") AS VARCHAR) FROM " + bound.target->PhysicalName() +
                     " WHERE " + (binary ? "octet_length(" : "length(") + name + ") > " + limit +
                     " LIMIT 1");
  }
  return checks;
}

/// Rows that a change touched, and by how many the table has grown or shrunk.
struct Changed {
  std::int64_t rows = 0;
  std::int64_t grown = 0;
};

Result<std::int64_t> CountRows(Lease& lease, const catalog::Object& table) {
  FIRN_TRY(const auto rows, engine::ReadText(*lease, "SELECT CAST(count(*) AS VARCHAR) FROM " +
                                                         table.PhysicalName()));
  return std::stoll(rows.front().front());
}

Result<Changed> ChangeAndCheck(Execution& execution, Lease& lease, const BoundStatement& bound,
                               bool count_growth) {
  const auto checks = LengthChecks(bound);
  if (checks.empty() && !count_growth) {
    FIRN_TRY(const auto changed, Change(execution, lease, {bound.sql}));
    return Changed{changed.back()};
  }
  const bool own =
      !lease.in_transaction() && execution.state.parameters.Get("AUTOCOMMIT") == "true";
  if (own) FIRN_CHECK(lease->Begin());
  const auto run = [&]() -> Result<Changed> {
    Changed out;
    if (count_growth) {
      FIRN_TRY(const auto before, CountRows(lease, *bound.target));
      out.grown = -before;
    }
    FIRN_TRY(const auto changed, Change(execution, lease, {bound.sql}));
    out.rows = changed.back();
    for (const auto& check : checks) FIRN_CHECK(engine::ReadText(*lease, check));
    if (count_growth) {
      FIRN_TRY(const auto after, CountRows(lease, *bound.target));
      out.grown += after;
    }
    return out;
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

Result<BoundStatement> BindChange(Execution& execution, sql::Translation::Kind kind) {
  FIRN_TRY(auto bound, Bind(execution, execution.text, false));
  if (bound.kind != kind || !bound.target) return execution.cursor().Unexpected();
  return bound;
}

Result<std::int64_t> RunBound(Execution& execution, sql::Translation::Kind kind) {
  FIRN_TRY(const auto bound, BindChange(execution, kind));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(CheckTouched(*lease, bound));
  FIRN_TRY(const auto changed, ChangeAndCheck(execution, lease, bound, false));
  return changed.rows;
}

/// DuckDB counts the rows of a MERGE together; with the table's growth its two kinds can be told
/// apart (the lake takes one UPDATE or DELETE beside INSERT).
Outcome MergeCounts(const std::vector<sql::Verb>& made, const Changed& changed) {
  const auto has = [&](sql::Verb verb) {
    return std::find(made.begin(), made.end(), verb) != made.end();
  };
  auto inserted = has(sql::Verb::kInsert) ? changed.rows : 0;
  if (has(sql::Verb::kInsert) && has(sql::Verb::kUpdate)) inserted = changed.grown;
  if (has(sql::Verb::kInsert) && has(sql::Verb::kDelete)) {
    inserted = (changed.rows + changed.grown) / 2;
  }
  std::vector<std::pair<std::string, std::int64_t>> counts;
  if (has(sql::Verb::kInsert)) counts.emplace_back("number of rows inserted", inserted);
  const auto others = changed.rows - inserted;
  if (has(sql::Verb::kUpdate)) counts.emplace_back("number of rows updated", others);
  if (has(sql::Verb::kDelete)) counts.emplace_back("number of rows deleted", others);
  return CountOutcome(counts);
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
  FIRN_TRY(const auto bound, BindChange(execution, sql::Translation::Kind::kMerge));
  FIRN_TRY(const auto made, sql::ChangesMade(bound.sql));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(CheckTouched(*lease, bound));
  FIRN_TRY(const auto changed, ChangeAndCheck(execution, lease, bound, made.size() > 1));
  return MergeCounts(made, changed);
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
  if ((*table)->id > 0) FIRN_CHECK(execution.services.stages.ForgetLoads((*table)->id));
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
