#include "statements/governance/policy_kind.hpp"

#include "base/names.hpp"

namespace firn::statements {

Result<PolicyKind> KindOfStatement(const Execution& execution) {
  for (const auto& token : execution.tokens) {
    if (EqualIgnoringCase(token.text, "ROW")) return kRowAccess;
    if (EqualIgnoringCase(token.text, "MASKING")) return kMasking;
  }
  return execution.cursor().Unexpected();
}

}  // namespace firn::statements
