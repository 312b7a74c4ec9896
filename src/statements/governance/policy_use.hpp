#pragma once

#include <memory>
#include <string>
#include <vector>

#include "statements/execution.hpp"

namespace firn::statements {

/// A table, view or column that has the policy.
struct PolicyReference {
  std::shared_ptr<const catalog::Object> object;
  std::string column;  ///< of a masking policy
  std::vector<std::string> arguments;
};

/// Everything that has the policy, whoever may see it.
std::vector<PolicyReference> ReferencesOf(Execution& execution, std::int64_t policy_id);
/// Errors: kConflict naming one that has it.
Status CheckUnused(Execution& execution, const catalog::Object& policy);
/// For a database or schema about to be dropped: no policy in it is used outside.
Status CheckUnusedOutside(Execution& execution, const catalog::Object& container);

/// For a column about to be dropped: no policy of the table reads it but its own mask, which goes
/// with it.
Status CheckNoArgument(const catalog::Object& table, const std::string& column);
/// A renamed column stays the argument that it was.
void RenameArguments(catalog::Object& table, const std::string& from, const std::string& to);

}  // namespace firn::statements
