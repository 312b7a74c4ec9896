#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/governance/policy_kind.hpp"
#include "statements/show.hpp"
#include "types/data_type.hpp"

namespace firn::statements {

/// SHOW {ROW ACCESS | MASKING} POLICIES [LIKE …] [IN {ACCOUNT | DATABASE d | SCHEMA s}]
Result<Outcome> RunShowPolicies(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto kind, KindOfStatement(execution));
  FIRN_CHECK(cursor.Expect("SHOW"));
  FIRN_CHECK(cursor.Expect(kind.plural));
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  std::optional<std::string> database;
  std::optional<std::string> schema;
  // Without a word about it, of the current database.
  const bool unsaid = filter.in == ShowFilter::In::kUnsaid;
  if (unsaid && !execution.state.database.empty()) database = execution.state.database;
  if (filter.in == ShowFilter::In::kDatabase) database = filter.in_name.back();
  if (filter.in == ShowFilter::In::kSchema) {
    FIRN_TRY(const auto name, execution.services.catalog.Complete(
                                  execution.scope(), access::ObjectKind::kSchema, filter.in_name));
    database = name.database;
    schema = name.schema;
  }
  Outcome out;
  out.columns = {TimeColumn("created_on"),  TextColumn("name"),    TextColumn("database_name"),
                 TextColumn("schema_name"), TextColumn("kind"),    TextColumn("owner"),
                 TextColumn("comment"),     TextColumn("options"), TextColumn("owner_role_type")};
  std::string word(access::ObjectKindName(kind.kind));
  for (auto& c : word) c = c == ' ' ? '_' : c;
  for (const auto& policy :
       execution.services.catalog.List(execution.scope(), kind.kind, database, schema)) {
    if (!Passes(filter, policy->name.name)) continue;
    out.rows.push_back({TimeText(policy->created_on_ms), policy->name.name, policy->name.database,
                        policy->name.schema, word, policy->owner_role, policy->comment, "",
                        "ROLE"});
  }
  return out;
}

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
