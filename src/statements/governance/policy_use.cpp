#include "statements/governance/policy_use.hpp"

#include <algorithm>

namespace firn::statements {
namespace {

using access::ObjectKind;
using catalog::Object;

Error InUse(const Object& policy, const PolicyReference& reference) {
  auto where = reference.object->SqlName();
  if (!reference.column.empty()) where += ", column " + NameToSql(reference.column);
  return SqlError(Code::kConflict, 3046, "42601",
                  "SQL compilation error:\nThe policy " + policy.SqlName() + " is set on " + where +
                      "; unset it there first.");
}

bool LiesIn(const Object& object, const Object& container) {
  return object.name.database == container.name.database &&
         (container.kind == ObjectKind::kDatabase || object.name.schema == container.name.schema);
}

}  // namespace

std::vector<PolicyReference> ReferencesOf(Execution& execution, std::int64_t policy_id) {
  std::vector<PolicyReference> found;
  for (const auto kind : {ObjectKind::kTable, ObjectKind::kView}) {
    for (const auto& object : execution.services.catalog.List(catalog::FirnsOwnScope(), kind,
                                                              std::nullopt, std::nullopt)) {
      if (object->row_access && object->row_access->policy_id == policy_id) {
        found.push_back({object, "", object->row_access->columns});
      }
      for (const auto& column : object->columns) {
        if (!column.masking || column.masking->policy_id != policy_id) continue;
        found.push_back({object, column.name, column.masking->columns});
      }
    }
  }
  return found;
}

Status CheckUnused(Execution& execution, const Object& policy) {
  const auto references = ReferencesOf(execution, policy.id);
  if (references.empty()) return {};
  return InUse(policy, references.front());
}

Status CheckUnusedOutside(Execution& execution, const Object& container) {
  const auto schema = container.kind == ObjectKind::kSchema ? std::optional(container.name.schema)
                                                            : std::optional<std::string>();
  for (const auto kind : {ObjectKind::kRowAccessPolicy, ObjectKind::kMaskingPolicy}) {
    for (const auto& policy : execution.services.catalog.List(catalog::FirnsOwnScope(), kind,
                                                              container.name.database, schema)) {
      for (const auto& reference : ReferencesOf(execution, policy->id)) {
        if (!LiesIn(*reference.object, container)) return InUse(*policy, reference);
      }
    }
  }
  return {};
}

Status CheckNoArgument(const Object& table, const std::string& column) {
  const auto reads = [&](const std::optional<catalog::PolicyUse>& use) {
    return use && std::ranges::find(use->columns, column) != use->columns.end();
  };
  bool is_read = reads(table.row_access);
  for (const auto& other : table.columns) {
    is_read = is_read || (other.name != column && reads(other.masking));
  }
  if (!is_read) return {};
  return SqlError(Code::kConflict, 3047, "42601",
                  "SQL compilation error:\nA policy of " + table.SqlName() + " reads the column " +
                      NameToSql(column) + "; unset the policy first.");
}

void RenameArguments(Object& table, const std::string& from, const std::string& to) {
  const auto rename = [&](std::optional<catalog::PolicyUse>& use) {
    if (use) std::ranges::replace(use->columns, from, to);
  };
  rename(table.row_access);
  for (auto& column : table.columns) rename(column.masking);
}

}  // namespace firn::statements
