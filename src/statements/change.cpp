#include "statements/change.hpp"

namespace firn::statements {
namespace {

Result<std::vector<std::int64_t>> RunAll(Lease& lease, const std::vector<std::string>& steps) {
  std::vector<std::int64_t> changed;
  for (const auto& step : steps) {
    FIRN_TRY(changed.emplace_back(), lease->Execute(step));
  }
  return changed;
}

}  // namespace

Result<std::vector<std::int64_t>> Change(Execution& execution, Lease& lease,
                                         const std::vector<std::string>& steps) {
  if (execution.state.parameters.Get("AUTOCOMMIT") == "false") FIRN_CHECK(lease.Begin());
  if (lease.in_transaction()) {
    auto changed = RunAll(lease, steps);
    if (!changed) return lease.Fail(std::move(changed).error());
    return changed;
  }
  if (steps.size() == 1) return RunAll(lease, steps);
  FIRN_CHECK(lease->Begin());
  auto changed = RunAll(lease, steps);
  if (!changed) {
    if (auto undone = lease->Rollback(); !undone) return Error(std::move(undone).error());
    return changed;
  }
  FIRN_CHECK(lease->Commit());
  return changed;
}

Outcome CountOutcome(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  Outcome out;
  auto& row = out.rows.emplace_back();
  for (const auto& [name, count] : counts) {
    out.columns.push_back(NumberColumn(name));
    row.push_back(std::to_string(count));
  }
  return out;
}

}  // namespace firn::statements
