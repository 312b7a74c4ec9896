#pragma once

#include "access/access_service.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// GRANT [DATABASE] ROLE r TO …, REVOKE [DATABASE] ROLE r FROM …
Result<Outcome> GrantRole(Execution& execution, bool giving);

/// Whether the principal may give the role to others: it owns the role or has MANAGE GRANTS; and a
/// role that holds ACCOUNTADMIN is given by ACCOUNTADMIN alone.
Status MayGiveRole(Execution& execution, const access::Role& role);

}  // namespace firn::statements
