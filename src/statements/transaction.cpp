#include "statements/all_forms.hpp"
#include "statements/connections.hpp"

namespace firn::statements {

Result<Outcome> RunBegin(Execution& execution) {
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(lease.Begin());
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunCommit(Execution& execution) {
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(lease.Commit());
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunRollback(Execution& execution) {
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(lease.Rollback());
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
