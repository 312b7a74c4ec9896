#pragma once

#include <string>

#include "statements/governance/grant_target.hpp"

namespace firn::statements {

/// GRANT OWNERSHIP ON … TO ROLE r [{REVOKE | COPY} CURRENT GRANTS]; the cursor is behind r.
Result<Outcome> GiveOwnership(Execution& execution, sql::Cursor& cursor, const GrantTarget& target,
                              const access::Role& role);

/// Everything in the catalog that the role owns gets another owner.
Status HandOver(Execution& execution, const std::string& from_role, const std::string& to_role);

}  // namespace firn::statements
