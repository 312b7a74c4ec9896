#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/connections.hpp"

namespace firn::statements {
namespace {

Result<Outcome> Read(Execution& execution, const BoundStatement& bound, Lease& lease) {
  FIRN_CHECK(CheckTouched(*lease, bound));
  Outcome out;
  if (execution.describe_only) {
    FIRN_TRY(const auto columns, lease->Describe(bound.sql));
    out.columns = WithDeclaredTypes(columns, bound.outputs);
    return out;
  }
  FIRN_TRY(const auto stream, lease->Query(bound.sql));
  out.columns = WithDeclaredTypes(stream->columns(), bound.outputs);
  FIRN_TRY(out.result,
           execution.services.results.Write(execution.query_id, execution.state.principal.user,
                                            *stream, out.columns));
  return out;
}

}  // namespace

Result<Outcome> RunQuery(Execution& execution) {
  FIRN_TRY(const auto bound, Bind(execution, execution.text, true));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  auto out = Read(execution, bound, lease);
  if (!out) return lease.Fail(std::move(out).error());
  return out;
}

}  // namespace firn::statements
