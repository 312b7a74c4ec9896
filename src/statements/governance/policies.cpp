#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/column_definitions.hpp"
#include "statements/connections.hpp"
#include "statements/create_head.hpp"
#include "statements/governance/policy_body.hpp"
#include "statements/governance/policy_kind.hpp"
#include "statements/governance/policy_use.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

using access::ObjectKind;
using catalog::Object;

struct Definition {
  CreateHead head;
  PolicyKind kind;
  Object policy;
  types::DataType returns;
};

/// (name type, …)
Result<std::vector<catalog::ColumnInfo>> ParseArguments(sql::Cursor& cursor) {
  std::vector<catalog::ColumnInfo> arguments;
  FIRN_CHECK(cursor.ExpectSymbol("("));
  do {
    auto& argument = arguments.emplace_back();
    FIRN_TRY(argument.name, cursor.ExpectName());
    FIRN_TRY(argument.type, ParseType(cursor));
  } while (cursor.AcceptSymbol(","));
  FIRN_CHECK(cursor.ExpectSymbol(")"));
  FIRN_CHECK(CheckColumnNames(arguments));
  return arguments;
}

Status ExpectArrow(sql::Cursor& cursor) {
  if (cursor.AcceptSymbol("->")) return {};
  FIRN_CHECK(cursor.ExpectSymbol("-"));
  return cursor.ExpectSymbol(">");
}

/// The body up to the end; COMMENT = '…' may follow it and belongs to the policy.
void SplitBody(std::string_view rest, Object& policy) {
  auto tokens = sql::Lex(rest);
  auto end = rest.size();
  if (tokens && !tokens->empty() && tokens->back().text == ";") {
    end = tokens->back().begin;
    tokens->pop_back();
  }
  if (tokens && tokens->size() > 3) {
    const auto& last = *tokens;
    const auto at = last.size() - 3;
    if (EqualIgnoringCase(last[at].text, "COMMENT") && last[at + 1].text == "=" &&
        last[at + 2].kind == sql::TokenKind::kString) {
      end = last[at].begin;
      sql::Cursor cursor(rest, std::span(last).subspan(at + 2));
      if (auto comment = cursor.ExpectString()) policy.comment = *std::move(comment);
    }
  }
  policy.text = std::string(rest.substr(0, end));
}

Result<Definition> Parse(Execution& execution) {
  auto cursor = execution.cursor();
  Definition out;
  FIRN_TRY(out.kind, KindOfStatement(execution));
  FIRN_TRY(out.head, ParseCreateHead(cursor, out.kind.words));
  auto& policy = out.policy;
  policy.kind = out.kind.kind;
  FIRN_TRY(policy.name,
           execution.services.catalog.Complete(execution.scope(), policy.kind, out.head.name));
  FIRN_CHECK(cursor.Expect("AS"));
  FIRN_TRY(policy.columns, ParseArguments(cursor));
  FIRN_CHECK(cursor.Expect("RETURNS"));
  FIRN_TRY(out.returns, ParseType(cursor));
  FIRN_CHECK(ExpectArrow(cursor));
  SplitBody(cursor.Rest(), policy);
  policy.detail = types::ToSql(out.returns);
  policy.owner_role = execution.state.principal.role;
  return out;
}

/// A policy that cannot be asked would hide everything: it is asked once over no rows.
Status CheckBody(Execution& execution, const Object& policy, const types::DataType& returns) {
  std::string row;
  std::vector<std::string> names;
  for (const auto& argument : policy.columns) {
    row += (row.empty() ? "" : ", ") + ("CAST(NULL AS " + types::ToSql(argument.type) + ") AS ") +
           engine::QuoteName(argument.name);
    names.push_back(argument.name);
  }
  FIRN_TRY(const auto query, PolicyQuery(policy.text, policy.columns, names));
  FIRN_TRY(const auto bound,
           Bind(execution, query + " FROM (SELECT " + row + ") AS " + std::string(kRow), true));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(CheckTouched(*lease, bound));
  FIRN_TRY(const auto made, lease->Describe(bound.sql));
  const auto type = types::FromEngine(made.at(0).type);
  const bool fits = type.kind == returns.kind || made.at(0).type.kind == engine::TypeKind::kNull;
  if (fits) return {};
  return SqlError(Code::kInvalid, 2028, "42601",
                  "SQL compilation error:\nThe body of the policy gives " + types::ToSql(type) +
                      ", and it is declared to return " + types::ToSql(returns) + ".");
}

Status CheckReturns(const Definition& definition) {
  const auto wanted = definition.kind.is_masking ? definition.policy.columns.front().type.kind
                                                 : types::Kind::kBoolean;
  if (definition.returns.kind == wanted) return {};
  return SqlError(Code::kInvalid, 2028, "42601",
                  definition.kind.is_masking
                      ? "SQL compilation error:\nA masking policy returns the type of its first "
                        "argument."
                      : "SQL compilation error:\nA row access policy returns BOOLEAN.");
}

Result<std::shared_ptr<const Object>> FindOwned(Execution& execution, const PolicyKind& kind,
                                                const sql::NameParts& parts) {
  FIRN_TRY(auto policy, execution.services.catalog.Find(execution.scope(), kind.kind, parts));
  FIRN_CHECK(execution.services.access.Check(execution.state.principal,
                                             access::Privilege::kOwnership, policy->ref()));
  return policy;
}

}  // namespace

Result<Outcome> RunCreatePolicy(Execution& execution) {
  FIRN_TRY(const auto definition, Parse(execution));
  FIRN_CHECK(CheckReturns(definition));
  FIRN_CHECK(CheckBody(execution, definition.policy, definition.returns));
  auto& services = execution.services;
  const auto existing =
      services.catalog.Find(execution.scope(), definition.kind.kind, definition.head.name);
  if (existing && definition.head.or_replace) FIRN_CHECK(CheckUnused(execution, **existing));
  FIRN_TRY(const auto made,
           services.tables.CreateEntry(execution.scope(), definition.policy,
                                       {definition.head.or_replace, definition.head.if_not_exists},
                                       definition.kind.create));
  if (existing && definition.head.if_not_exists) {
    return StatusOutcome(made->name.name + " already exists, statement succeeded.");
  }
  return StatusOutcome(std::string(definition.kind.noun) + " " + NameToSql(made->name.name) +
                       " successfully created.");
}

Result<Outcome> RunAlterPolicy(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto kind, KindOfStatement(execution));
  FIRN_CHECK(cursor.Expect("ALTER"));
  FIRN_CHECK(cursor.Expect(kind.words));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  const auto policy = FindOwned(execution, kind, parts);
  if (!policy) {
    if (!if_exists || policy.error().code != Code::kNotFound) return policy.error();
    return StatusOutcome("Statement executed successfully.");
  }
  auto changed = **policy;
  if (cursor.Accept("SET BODY")) {
    FIRN_CHECK(ExpectArrow(cursor));
    changed.text = std::string(cursor.Rest());
    FIRN_TRY(const auto tokens, sql::Lex(changed.detail));
    sql::Cursor returns(changed.detail, tokens);
    FIRN_TRY(const auto declared, ParseType(returns));
    FIRN_CHECK(CheckBody(execution, changed, declared));
  } else if (cursor.Accept("SET COMMENT")) {
    FIRN_CHECK(cursor.ExpectSymbol("="));
    FIRN_TRY(changed.comment, cursor.ExpectString());
    FIRN_CHECK(cursor.ExpectEnd());
  } else if (cursor.Accept("UNSET COMMENT")) {
    changed.comment.clear();
    FIRN_CHECK(cursor.ExpectEnd());
  } else {
    return cursor.Unexpected();
  }
  FIRN_CHECK(execution.services.catalog.Alter((*policy)->id, [&](Object& object) {
    object.text = changed.text;
    object.comment = changed.comment;
  }));
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunDropPolicy(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto kind, KindOfStatement(execution));
  FIRN_CHECK(cursor.Expect("DROP"));
  FIRN_CHECK(cursor.Expect(kind.words));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_CHECK(cursor.ExpectEnd());
  const auto policy = FindOwned(execution, kind, parts);
  if (!policy) {
    if (!if_exists || policy.error().code != Code::kNotFound) return policy.error();
    return StatusOutcome("Drop statement executed successfully (" + parts.back() +
                         " already dropped).");
  }
  FIRN_CHECK(CheckUnused(execution, **policy));
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  FIRN_CHECK(execution.services.tables.Drop(execution.scope(), **policy, *lease));
  return StatusOutcome(parts.back() + " successfully dropped.");
}

}  // namespace firn::statements
