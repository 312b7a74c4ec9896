#include "statements/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <shared_mutex>

#include "base/names.hpp"
#include "sql/rewrite.hpp"
#include "statements/connections.hpp"
#include "statements/table_functions.hpp"

namespace firn::statements {
namespace {

/// Snowflake's answer to a statement that it has and Firn does not (yet), or to none at all.
Error Unsupported(const Execution& execution) {
  static const std::set<std::string> kVerbs = {
      "ALTER",   "CALL",    "COMMENT", "COPY",  "CREATE", "DECLARE",  "DESC",   "DESCRIBE", "DROP",
      "EXECUTE", "EXPLAIN", "GET",     "GRANT", "INSERT", "LIST",     "LS",     "MERGE",    "PUT",
      "REMOVE",  "REVOKE",  "RM",      "SET",   "SHOW",   "TRUNCATE", "UNDROP", "UNSET",    "USE"};
  const auto verb = UpperCase(execution.tokens.front().text);
  if (!kVerbs.contains(verb)) return execution.cursor().Unexpected();
  auto feature = verb;
  for (std::size_t i = 1; i < execution.tokens.size() && i < 3; ++i) {
    if (execution.tokens[i].kind != sql::TokenKind::kWord) break;
    feature += " " + UpperCase(execution.tokens[i].text);
  }
  return SqlError(Code::kInvalid, 2, "0A000",
                  "SQL compilation error:\nUnsupported feature '" + feature + "'.");
}

/// Writes `:n` for each `:name` that has a value, so that the rest need know places only.
Status NumberBindings(Execution& execution) {
  std::string text;
  std::size_t taken = 0;
  for (const auto& token : execution.tokens) {
    if (token.kind != sql::TokenKind::kBinding || token.text.size() < 2) continue;
    const auto found =
        std::find_if(execution.bindings.begin(), execution.bindings.end(),
                     [name = token.text.substr(1)](const Binding& binding) {
                       return !binding.name.empty() && EqualIgnoringCase(binding.name, name);
                     });
    if (found == execution.bindings.end()) continue;
    text.append(execution.text, taken, token.begin - taken);
    text += ":" + std::to_string(found - execution.bindings.begin() + 1);
    taken = token.end();
  }
  if (taken == 0) return {};
  text.append(execution.text, taken);
  execution.text = std::move(text);
  FIRN_TRY(execution.tokens, sql::Lex(execution.text));
  return {};
}

/// RESULT_SCAN(?) and RESULT_SCAN(:1) name a result that must be known before the translation.
Status PlaceScans(Execution& execution) {
  auto& tokens = execution.tokens;
  std::size_t bindings_before = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != sql::TokenKind::kBinding) continue;
    const bool scans =
        i >= 2 && tokens[i - 1].text == "(" && EqualIgnoringCase(tokens[i - 2].text, "RESULT_SCAN");
    const bool by_place = tokens[i].text == "?";
    const auto place =
        by_place ? bindings_before : std::strtoul(&tokens[i].text[1], nullptr, 10) - 1;
    if (by_place) ++bindings_before;
    if (!scans || place >= execution.bindings.size()) continue;
    const auto& values = execution.bindings[place].values;
    if (values.empty() || !values.front()) continue;
    execution.text.replace(tokens[i].begin, tokens[i].text.size(),
                           sql::StringLiteral(*values.front()));
    if (by_place) {
      execution.bindings.erase(execution.bindings.begin() + static_cast<std::ptrdiff_t>(place));
      --bindings_before;
    }
    FIRN_TRY(tokens, sql::Lex(execution.text));
  }
  return {};
}

/// Puts names for IDENTIFIER(…), values for $variables, results for table functions of ours.
Status Resolve(Execution& execution) {
  FIRN_TRY(execution.tokens, sql::Lex(execution.text));
  FIRN_CHECK(NumberBindings(execution));
  FIRN_CHECK(PlaceScans(execution));
  std::vector<std::optional<std::string>> values;
  for (const auto& binding : execution.bindings) {
    const bool single = !binding.is_array && !binding.values.empty();
    values.push_back(single ? binding.values.front() : std::nullopt);
  }
  FIRN_TRY(auto resolved, sql::ResolveIdentifiers(execution.text, execution.tokens, values,
                                                  execution.state.variables));
  if (!resolved.text) return {};
  for (auto at = resolved.consumed.rbegin(); at != resolved.consumed.rend(); ++at) {
    execution.bindings.erase(execution.bindings.begin() + static_cast<std::ptrdiff_t>(*at));
  }
  execution.text = *std::move(resolved.text);
  FIRN_TRY(execution.tokens, sql::Lex(execution.text));
  return {};
}

bool Defines(Effect effect) { return effect == Effect::kDefines || effect == Effect::kRemoves; }

/// Statements that no translator sees take their values as literals: PUT 'file://…' ?
Status PlaceLiterals(Execution& execution, const Form& form) {
  using enum StatementType;
  static const std::set<StatementType> kOurs = {kPut,     kGet,  kList,     kRemove,
                                                kSession, kShow, kDescribe, kCopy};
  if (execution.bindings.empty() || !kOurs.contains(form.type)) return {};
  std::string text;
  std::size_t taken = 0;
  std::size_t next = 0;
  for (const auto& token : execution.tokens) {
    if (token.kind != sql::TokenKind::kBinding) continue;
    const auto position =
        token.text == "?" ? next++ : std::strtoul(&token.text[1], nullptr, 10) - 1;
    if (position >= execution.bindings.size() || execution.bindings[position].values.empty()) {
      return SqlError(
          Code::kInvalid, 2049, "42601",
          "SQL compilation error:\nbind variable " + std::to_string(position + 1) + " is not set.");
    }
    const auto& binding = execution.bindings[position];
    const auto& value = binding.values.front();
    text.append(execution.text, taken, token.begin - taken);
    text += value ? sql::StringLiteral(*value) : "NULL";
    taken = token.end();
  }
  text.append(execution.text, taken);
  execution.text = std::move(text);
  execution.bindings.clear();
  FIRN_TRY(execution.tokens, sql::Lex(execution.text));
  return {};
}

/// What stands in the way before the statement itself begins.
Status Prepare(Execution& execution, const Form& form) {
  FIRN_CHECK(CheckLost(execution));
  if (execution.describe_only) return {};
  if (form.effect == Effect::kWrites || form.effect == Effect::kDefines) {
    FIRN_CHECK(execution.services.may_write());
  }
  if (!Defines(form.effect)) return {};
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  return lease.Commit();
}

}  // namespace

Result<Finished> Run(Execution& execution) {
  FIRN_CHECK(Resolve(execution));
  if (execution.tokens.empty()) {
    return SqlError(Code::kInvalid, 900, "42601", "SQL compilation error:\nEmpty SQL statement.");
  }
  const auto* form = FindForm(execution.tokens);
  if (form == nullptr) return Unsupported(execution);
  FIRN_CHECK(Prepare(execution, *form));
  FIRN_CHECK(PlaceLiterals(execution, *form));
  FIRN_CHECK(ResolveTableFunctions(execution));
  Finished finished;
  finished.type = form->type;
  const bool only_described = execution.describe_only && !form->describable;
  if (only_described) {
    finished.outcome.columns = {TextColumn("status")};
    return finished;
  }
  std::shared_lock<ChangeFirstMutex> definitions;
  if (Defines(form->effect)) {
    definitions = std::shared_lock(execution.services.definitions);
  }
  FIRN_TRY(finished.outcome, form->run(execution));
  return finished;
}

}  // namespace firn::statements
