#include "statements/governance/apply_policies.hpp"

#include <algorithm>

#include "engine/engine.hpp"
#include "statements/governance/policy_body.hpp"
#include "types/data_type.hpp"

namespace firn::statements {
namespace {

using catalog::Object;
using catalog::PolicyUse;

constexpr std::string_view kBarrier = " LIMIT 9223372036854775807";

Result<std::string> Evaluate(Execution& execution, const catalog::Scope& reader,
                             const Object& object, const PolicyUse& use, const BindQuery& bind) {
  const auto policy = execution.services.catalog.FindId(use.policy_id);
  if (!policy || policy->columns.size() != use.columns.size()) {
    return SqlError(Code::kDenied, 3001, "42501",
                    "SQL access control error:\nA policy that is set on '" + object.SqlName() +
                        "' is gone, so nothing of it is shown. Its owner can unset the policy.");
  }
  FIRN_TRY(const auto query, PolicyQuery(policy->text, policy->columns, use.columns));
  const auto invoker = reader.invoker_role.empty() ? reader.principal.role : reader.invoker_role;
  const catalog::Scope owner{{0, policy->owner_role, policy->owner_role},
                             policy->name.database,
                             policy->name.schema,
                             invoker};
  FIRN_TRY(const auto bound, bind(owner, query));
  return PolicyExpression(bound);
}

}  // namespace

bool HasPolicies(const Object& object) {
  return object.row_access || std::ranges::any_of(object.columns, [](const auto& column) {
           return column.masking.has_value();
         });
}

Result<std::string> WithPolicies(Execution& execution, const catalog::Scope& reader,
                                 const Object& object, const std::string& relation,
                                 const BindQuery& bind) {
  std::string columns;
  for (const auto& column : object.columns) {
    const auto name = engine::QuoteName(column.name);
    if (!columns.empty()) columns += ", ";
    if (!column.masking) {
      columns += std::string(kRow) + "." + name;
      continue;
    }
    FIRN_TRY(const auto shown, Evaluate(execution, reader, object, *column.masking, bind));
    columns += "CAST(" + shown + " AS " + types::StorageType(column.type) + ") AS " + name;
  }
  auto sql = "(SELECT " + columns + " FROM " + relation + " AS " + std::string(kRow);
  if (object.row_access) {
    FIRN_TRY(const auto keeps, Evaluate(execution, reader, object, *object.row_access, bind));
    sql += " WHERE " + keeps + std::string(kBarrier);
  }
  return sql + ")";
}

}  // namespace firn::statements
