#include "statements/change_target.hpp"

#include <algorithm>
#include <array>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "sql/duck_lexer.hpp"
#include "sql/guard.hpp"

namespace firn::statements {
namespace {

using access::Privilege;

Privilege PrivilegeOf(sql::Verb verb) {
  switch (verb) {
    case sql::Verb::kQuery: return Privilege::kSelect;
    case sql::Verb::kInsert: return Privilege::kInsert;
    case sql::Verb::kDelete: return Privilege::kDelete;
    case sql::Verb::kUpdate:
    case sql::Verb::kMerge: break;
  }
  return Privilege::kUpdate;
}

bool IsWord(const sql::DuckToken& token, std::string_view word) {
  return token.kind == sql::DuckKind::kWord && EqualIgnoringCase(token.text, word);
}

/// The target's alias: the first AS of a change stands behind its target. Empty when there is none.
std::string AliasOfTarget(const std::vector<sql::DuckToken>& tokens) {
  const auto as = std::find_if(tokens.begin(), tokens.end(),
                               [](const auto& token) { return IsWord(token, "as"); });
  if (as == tokens.end() || as + 1 == tokens.end() || !(as + 1)->IsName()) return "";
  return sql::DuckName(*(as + 1));
}

/// Whether the name at `at` is defined here (x AS name) or is a column of another source (s.name).
bool MeansSomethingElse(const std::vector<sql::DuckToken>& tokens, std::size_t at,
                        const std::string& alias) {
  if (at == 0) return false;
  if (IsWord(tokens[at - 1], "as")) return true;
  if (!tokens[at - 1].IsSymbol('.') || at < 2 || !tokens[at - 2].IsName()) return false;
  return !alias.empty() && !EqualIgnoringCase(sql::DuckName(tokens[at - 2]), alias);
}

}  // namespace

bool IsHiddenColumn(std::string_view name) {
  constexpr std::array<std::string_view, 5> kHidden{"rowid", "snapshot_id", "filename",
                                                    "file_row_number", "file_index"};
  return std::any_of(kHidden.begin(), kHidden.end(),
                     [&](std::string_view hidden) { return EqualIgnoringCase(name, hidden); });
}

Status CheckMayChange(const Execution& execution, std::string_view sql,
                      const catalog::Object& target, bool reads) {
  if (target.id <= 0) return {};  // the session's own, temporary
  FIRN_TRY(auto made, sql::ChangesMade(sql));
  if (reads) made.push_back(sql::Verb::kQuery);
  for (const auto verb : made) {
    FIRN_CHECK(execution.services.access.Check(execution.state.principal, PrivilegeOf(verb),
                                               target.ref()));
  }
  return {};
}

Status CheckHiddenColumns(std::string_view sql, const catalog::Object& target) {
  FIRN_TRY(const auto tokens, sql::DuckLex(sql));
  const auto alias = AliasOfTarget(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].IsName()) continue;
    const auto name = sql::DuckName(tokens[i]);
    if (!IsHiddenColumn(name) || MeansSomethingElse(tokens, i, alias)) continue;
    const bool is_declared =
        std::any_of(target.columns.begin(), target.columns.end(),
                    [&](const auto& column) { return EqualIgnoringCase(column.name, name); });
    if (is_declared) continue;
    return SqlError(Code::kInvalid, 904, "42000",
                    "SQL compilation error: error line 1 at position 0\ninvalid identifier '" +
                        NameToSql(name) + "': " + target.SqlName() +
                        " has no such column; for that of another table write its name before it.");
  }
  return {};
}

}  // namespace firn::statements
