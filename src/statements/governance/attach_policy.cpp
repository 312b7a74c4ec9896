#include "statements/governance/attach_policy.hpp"

#include <algorithm>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/governance/policy_kind.hpp"

namespace firn::statements {
namespace {

using catalog::ColumnInfo;
using catalog::Object;
using catalog::PolicyUse;
using Names = std::vector<std::string>;

/// Who has APPLY … POLICY on the account, or owns the object and may apply the policy.
Status MayAttach(Execution& execution, const PolicyKind& kind, const Object& object,
                 const Object* policy) {
  const auto& access = execution.services.access;
  const auto& principal = execution.state.principal;
  if (access.Check(principal, kind.apply, access::kTheAccount)) return {};
  FIRN_CHECK(access.Check(principal, access::Privilege::kOwnership, object.ref()));
  if (policy == nullptr || access.Check(principal, access::Privilege::kOwnership, policy->ref())) {
    return {};
  }
  return access.Check(principal, access::Privilege::kApply, policy->ref());
}

Result<Names> ParseNames(sql::Cursor& cursor) {
  Names names;
  FIRN_CHECK(cursor.ExpectSymbol("("));
  do {
    FIRN_TRY(names.emplace_back(), cursor.ExpectName());
  } while (cursor.AcceptSymbol(","));
  FIRN_CHECK(cursor.ExpectSymbol(")"));
  return names;
}

Result<const ColumnInfo*> FindColumn(const Object& object, const std::string& name) {
  const auto at = std::ranges::find(object.columns, name, &ColumnInfo::name);
  if (at != object.columns.end()) return &*at;
  return SqlError(Code::kInvalid, 904, "42000",
                  "SQL compilation error:\ninvalid identifier '" + NameToSql(name) + "'");
}

/// The columns stand for the arguments in turn, so they are as many and of their types.
Status CheckArguments(const Object& object, const Object& policy, const Names& columns) {
  if (columns.size() != policy.columns.size()) {
    return SqlError(Code::kInvalid, 3015, "42601",
                    "SQL compilation error:\nThe policy " + policy.SqlName() + " has " +
                        std::to_string(policy.columns.size()) + " arguments, and " +
                        std::to_string(columns.size()) + " columns are given.");
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    FIRN_TRY(const auto* column, FindColumn(object, columns[i]));
    if (column->type.kind == policy.columns[i].type.kind) continue;
    return SqlError(Code::kInvalid, 3016, "42601",
                    "SQL compilation error:\nThe column " + NameToSql(columns[i]) + " is " +
                        types::ToSql(column->type) + ", and the argument " +
                        NameToSql(policy.columns[i].name) + " of the policy is " +
                        types::ToSql(policy.columns[i].type) + ".");
  }
  return {};
}

Result<std::optional<Outcome>> Done(Execution& execution, const Object& object,
                                    const std::function<void(Object&)>& change) {
  FIRN_CHECK(execution.services.catalog.Alter(object.id, change));
  return std::optional(StatusOutcome("Statement executed successfully."));
}

Result<std::optional<Outcome>> AddRowAccess(Execution& execution, sql::Cursor& cursor,
                                            const Object& object) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.Expect("ON"));
  PolicyUse use;
  FIRN_TRY(use.columns, ParseNames(cursor));
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto policy,
           execution.services.catalog.Find(execution.scope(), kRowAccess.kind, parts));
  FIRN_CHECK(MayAttach(execution, kRowAccess, object, policy.get()));
  if (object.row_access) {
    return SqlError(Code::kConflict, 3014, "42710",
                    "SQL compilation error:\n" + object.SqlName() +
                        " has a row access policy already; drop that one first.");
  }
  FIRN_CHECK(CheckArguments(object, *policy, use.columns));
  use.policy_id = policy->id;
  return Done(execution, object, [&](Object& changed) { changed.row_access = use; });
}

Result<std::optional<Outcome>> DropRowAccess(Execution& execution, const Object& object,
                                             const std::optional<sql::NameParts>& parts) {
  FIRN_CHECK(MayAttach(execution, kRowAccess, object, nullptr));
  if (parts) {
    FIRN_TRY(const auto policy,
             execution.services.catalog.Find(execution.scope(), kRowAccess.kind, *parts));
    if (!object.row_access || object.row_access->policy_id != policy->id) {
      return SqlError(Code::kNotFound, 2003, "42601",
                      "SQL compilation error:\nThe policy " + policy->SqlName() +
                          " is not set on " + object.SqlName() + ".");
    }
  }
  return Done(execution, object, [](Object& changed) { changed.row_access.reset(); });
}

Result<std::optional<Outcome>> SetMasking(Execution& execution, sql::Cursor& cursor,
                                          const Object& object, const std::string& column) {
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  PolicyUse use;
  use.columns = {column};
  if (cursor.Accept("USING")) {
    FIRN_TRY(use.columns, ParseNames(cursor));
    if (use.columns.front() != column) {
      return Error{Code::kInvalid,
                   "The first column behind USING is the masked one, " + NameToSql(column) + "."};
    }
  }
  const bool force = cursor.Accept("FORCE");
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto* found, FindColumn(object, column));
  FIRN_TRY(const auto policy,
           execution.services.catalog.Find(execution.scope(), kMasking.kind, parts));
  FIRN_CHECK(MayAttach(execution, kMasking, object, policy.get()));
  if (found->masking && !force) {
    return SqlError(Code::kConflict, 3014, "42710",
                    "SQL compilation error:\nThe column " + NameToSql(column) +
                        " has a masking policy already; unset it first, or say FORCE.");
  }
  FIRN_CHECK(CheckArguments(object, *policy, use.columns));
  use.policy_id = policy->id;
  return Done(execution, object, [&](Object& changed) {
    std::ranges::find(changed.columns, column, &ColumnInfo::name)->masking = use;
  });
}

Result<std::optional<Outcome>> AlterColumn(Execution& execution, sql::Cursor cursor,
                                           const Object& object) {
  cursor.Accept("COLUMN");
  FIRN_TRY(const auto column, cursor.ExpectName());
  if (cursor.Accept("SET MASKING POLICY")) return SetMasking(execution, cursor, object, column);
  if (!cursor.Accept("UNSET MASKING POLICY")) return std::optional<Outcome>();
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(MayAttach(execution, kMasking, object, nullptr));
  FIRN_CHECK(FindColumn(object, column));
  return Done(execution, object, [&](Object& changed) {
    std::ranges::find(changed.columns, column, &ColumnInfo::name)->masking.reset();
  });
}

}  // namespace

Result<std::optional<Outcome>> AlterPolicies(Execution& execution, sql::Cursor cursor,
                                             const Object& object) {
  if (cursor.Accept("ADD ROW ACCESS POLICY")) return AddRowAccess(execution, cursor, object);
  if (cursor.Accept("DROP ALL ROW ACCESS POLICIES")) {
    FIRN_CHECK(cursor.ExpectEnd());
    return DropRowAccess(execution, object, std::nullopt);
  }
  if (cursor.Accept("DROP ROW ACCESS POLICY")) {
    FIRN_TRY(const auto parts, cursor.ExpectNameParts());
    FIRN_CHECK(cursor.ExpectEnd());
    return DropRowAccess(execution, object, parts);
  }
  if (cursor.Accept("MODIFY") || cursor.Accept("ALTER")) {
    return AlterColumn(execution, cursor, object);
  }
  return std::optional<Outcome>();
}

/// ALTER VIEW [IF EXISTS] v … : policies only.
Result<Outcome> RunAlterView(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("ALTER VIEW"));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  const auto view = FindObject(execution, catalog::ObjectKind::kView, parts);
  if (!view) {
    if (!if_exists || view.error().code != Code::kNotFound) return view.error();
    return StatusOutcome("Statement executed successfully.");
  }
  FIRN_TRY(auto done, AlterPolicies(execution, cursor, **view));
  if (done) return *std::move(done);
  return cursor.Unexpected();
}

}  // namespace firn::statements
