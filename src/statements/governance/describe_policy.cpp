#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/governance/policy_kind.hpp"
#include "types/data_type.hpp"

namespace firn::statements {

/// DESCRIBE {ROW ACCESS | MASKING} POLICY p: name, signature, return_type, body
Result<Outcome> RunDescribePolicy(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto kind, KindOfStatement(execution));
  if (!cursor.Accept("DESCRIBE")) FIRN_CHECK(cursor.Expect("DESC"));
  FIRN_CHECK(cursor.Expect(kind.words));
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto policy, execution.services.catalog.Find(execution.scope(), kind.kind, parts));
  std::string signature;
  for (const auto& argument : policy->columns) {
    signature += (signature.empty() ? "" : ", ") + NameToSql(argument.name) + " " +
                 types::ToSql(argument.type);
  }
  Outcome out;
  out.columns = {TextColumn("name"), TextColumn("signature"), TextColumn("return_type"),
                 TextColumn("body")};
  out.rows = {{policy->name.name, "(" + signature + ")", policy->detail, policy->text}};
  return out;
}

}  // namespace firn::statements
