#pragma once

#include <functional>
#include <string>

#include "statements/execution.hpp"

namespace firn::statements {

/// True when what is read of it depends on who reads.
bool HasPolicies(const catalog::Object& object);

/// Binds a query of a policy's in the scope of the policy's owner.
using BindQuery =
    std::function<Result<std::string>(const catalog::Scope& scope, const std::string& text)>;

/// `relation` (as FROM takes it) as a subquery of what the reader may see of the object: rows that
/// the row access policy keeps, columns as their masking policies show them. The LIMIT keeps
/// whatever the reader's own expressions do above the policy: without it DuckDB would push a
/// predicate of the reader's below, where it could see hidden rows and tell of them by an error.
/// Errors: kDenied when a policy is gone: then nothing of the object is shown.
Result<std::string> WithPolicies(Execution& execution, const catalog::Scope& reader,
                                 const catalog::Object& object, const std::string& relation,
                                 const BindQuery& bind);

}  // namespace firn::statements
