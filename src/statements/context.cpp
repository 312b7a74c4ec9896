#include "statements/context.hpp"

#include <array>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/system_functions.hpp"

namespace firn::statements {
namespace {

std::string Text(const std::string& value) {
  return value.empty() ? "CAST(NULL AS VARCHAR)" : engine::QuoteText(value);
}

Result<std::string> Roles(Execution& execution) {
  FIRN_TRY(const auto roles, execution.services.access.RolesOf(execution.state.principal.user));
  std::string out = "[";
  for (const auto& role : roles) {
    if (out.size() > 1) out += ",";
    out += "\"" + role + "\"";
  }
  return engine::QuoteText(out + "]");
}

/// ['A', 'B']: for IS_ROLE_IN_SESSION.
std::string ActiveRoles(Execution& execution) {
  std::string out = "[";
  for (const auto& role : execution.services.access.ActiveRoles(execution.state.principal)) {
    if (out.size() > 1) out += ", ";
    out += engine::QuoteText(role);
  }
  return out + "]";
}

/// {"roles":"A,B","value":"ALL"}: those that USE SECONDARY ROLES ALL adds to the current one.
Result<std::string> SecondaryRoles(Execution& execution) {
  const auto& principal = execution.state.principal;
  if (!principal.all_roles || !principal.only_role.empty()) {
    return Text(R"({"roles":"","value":""})");
  }
  std::string roles;
  for (const auto& role : execution.services.access.ActiveRoles(principal)) {
    if (role != principal.role) roles += (roles.empty() ? "" : ",") + role;
  }
  return Text(R"({"roles":")" + roles + R"(","value":"ALL"})");
}

}  // namespace

Result<std::string> ContextValue(Execution& execution, const catalog::Scope& scope,
                                 const std::string& name) {
  const auto& state = execution.state;
  if (name == "CURRENT_USER") return Text(state.principal.user);
  if (name == "CURRENT_ROLE") return Text(state.principal.role);
  if (name == "INVOKER_ROLE") {
    return Text(scope.invoker_role.empty() ? scope.principal.role : scope.invoker_role);
  }
  if (name == "ACTIVE_ROLES") return ActiveRoles(execution);
  if (name == "CURRENT_ROLE_TYPE") return Text("ROLE");
  if (name == "CURRENT_DATABASE") return Text(scope.database);
  if (name == "CURRENT_SCHEMA") return Text(scope.schema);
  if (name == "CURRENT_SCHEMAS") {
    return Text("[\"" + scope.database + "." + scope.schema + "\"]");
  }
  if (name == "CURRENT_WAREHOUSE") return Text(state.warehouse);
  if (name == "CURRENT_ACCOUNT" || name == "CURRENT_ACCOUNT_NAME") return Text("FIRN");
  if (name == "CURRENT_ORGANIZATION_NAME") return Text("FIRN");
  if (name == "CURRENT_REGION") return Text("LOCAL");
  if (name == "CURRENT_SESSION") return Text(std::to_string(state.id));
  if (name == "CURRENT_CLIENT") return Text(state.client_app);
  if (name == "CURRENT_VERSION") return Text("10.0.0 firn");
  if (name == "CURRENT_STATEMENT") return Text(execution.text);
  if (name == "CURRENT_TRANSACTION") return Text("");
  if (name == "CURRENT_IP_ADDRESS") return Text("127.0.0.1");
  if (name == "CURRENT_AVAILABLE_ROLES") return Roles(execution);
  if (name == "CURRENT_SECONDARY_ROLES") return SecondaryRoles(execution);
  if (name == "LAST_QUERY_ID") {
    return Text(execution.previous_queries.empty() ? "" : execution.previous_queries.front());
  }
  if (name.starts_with("SYSTEM$")) return SystemFunction(execution, name);
  return SqlError(Code::kInvalid, 2140, "42601",
                  "SQL compilation error:\nUnknown function " + name + ".");
}

}  // namespace firn::statements
