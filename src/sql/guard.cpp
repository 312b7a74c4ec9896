#include "sql/guard.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/names.hpp"
#include "sql/guard_scan.hpp"

namespace firn::sql {
namespace {

// Sorted, lower case. What is not here cannot be called.
constexpr std::string_view kFunctions[] = {
#include "sql/guard_functions.inc"
};
static_assert(std::ranges::is_sorted(kFunctions));

// Unquoted words before a '(' that call nothing: the grammar's own, and types with arguments.
constexpr std::string_view kWordsBeforeOpen[] = {
    "all",          "and",     "any",     "array",   "as",        "asc",      "at",
    "bernoulli",    "between", "bit",     "by",      "case",      "cast",     "char",
    "character",    "cube",    "dec",     "decimal", "desc",      "distinct", "else",
    "enum",         "escape",  "except",  "exclude", "exists",    "filter",   "float",
    "from",         "group",   "having",  "ilike",   "in",        "insert",   "intersect",
    "interval",     "is",      "join",    "key",     "lateral",   "like",     "limit",
    "materialized", "not",     "numeric", "of",      "offset",    "on",       "or",
    "over",         "percent", "pivot",   "qualify", "rename",    "replace",  "reservoir",
    "returning",    "rollup",  "select",  "set",     "sets",      "similar",  "some",
    "struct",       "system",  "then",    "time",    "timestamp", "to",       "try_cast",
    "union",        "unpivot", "using",   "values",  "varchar",   "when",     "where",
    "within"};
static_assert(std::ranges::is_sorted(kWordsBeforeOpen));

// Unquoted, they are calls without parentheses and tell of DuckDB, not of the session.
constexpr std::array<std::string_view, 7> kBareCalls{
    "current_catalog", "current_database", "current_role", "current_schema",
    "current_user",    "session_user",     "user"};

constexpr std::string_view kMacroPrefix = "firn_";  // ours: they read their arguments only
constexpr std::string_view kScanFunction = "firn_scan";

Error UnknownFunction(std::string_view name) {
  return SqlError(
      Code::kInvalid, 2140, "42601",
      "SQL compilation error:\nUnknown function " + UpperCase(name.substr(0, 255)) + ".");
}

Error UnknownObject(std::string_view name) {
  return SqlError(Code::kNotFound, 2003, "42S02",
                  "SQL compilation error:\nObject '" + std::string(name.substr(0, 1000)) +
                      "' does not exist or not authorized.");
}

class CallChecker {
 public:
  CallChecker(std::span<const DuckToken> tokens, const std::vector<std::string>& scans)
      : tokens_(tokens), scans_(scans) {}

  Status Run() const {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind == DuckKind::kWord) FIRN_CHECK(CheckBareCall(i));
      if (i > 0 && tokens_[i].IsSymbol('(') && tokens_[i - 1].IsName()) {
        FIRN_CHECK(CheckCall(i - 1));
      }
    }
    return {};
  }

 private:
  [[nodiscard]] bool IsSymbolAt(std::size_t i, char symbol) const {
    return i < tokens_.size() && tokens_[i].IsSymbol(symbol);
  }
  [[nodiscard]] bool IsKeywordAt(std::size_t i, std::string_view word) const {
    return i < tokens_.size() && IsKeyword(tokens_[i], word);
  }

  [[nodiscard]] Status CheckBareCall(std::size_t i) const {
    if (i > 0 && IsSymbolAt(i - 1, '.')) return {};
    for (const auto word : kBareCalls) {
      if (IsKeyword(tokens_[i], word)) return UnknownFunction(word);
    }
    return {};
  }

  [[nodiscard]] Status CheckCall(std::size_t name_at) const {
    const auto& token = tokens_[name_at];
    const auto first = ChainStart(name_at);
    if (first > 0 && IsKeywordAt(first - 1, "into")) return {};  // INSERT INTO a.b (columns)
    const auto name = LowerCase(DuckName(token));
    if (first != name_at) return UnknownFunction(DottedName(first, name_at));
    if (token.kind == DuckKind::kWord && std::ranges::binary_search(kWordsBeforeOpen, name)) {
      return {};
    }
    if (std::ranges::binary_search(kFunctions, name)) return {};
    if (name == kScanFunction) return CheckScan(name_at);
    if (name.starts_with(kMacroPrefix)) return {};
    if (IsAliasOrType(name_at) || IsCteName(name_at)) return {};
    return UnknownFunction(name);
  }

  /// Where the chain a.b.c that ends at `at` begins.
  [[nodiscard]] std::size_t ChainStart(std::size_t at) const {
    while (at > 0 && IsSymbolAt(at - 1, '.')) {
      if (at < 2 || !tokens_[at - 2].IsName()) return at - 1;  // (x).f(), [1].f()
      at -= 2;
    }
    return at;
  }

  [[nodiscard]] std::string DottedName(std::size_t first, std::size_t last) const {
    std::string name;
    for (auto i = first; i <= last; ++i) name += tokens_[i].text;
    return name;
  }

  /// firn_scan('name') and nothing else.
  [[nodiscard]] Status CheckScan(std::size_t at) const {
    if (at + 3 < tokens_.size() && tokens_[at + 2].kind == DuckKind::kString &&
        IsSymbolAt(at + 3, ')')) {
      for (const auto& scan : scans_) {
        if (tokens_[at + 2].text == "'" + scan + "'" && scan.find('\'') == std::string::npos) {
          return {};
        }
      }
    }
    return UnknownFunction(kScanFunction);
  }

  /// AS t(columns), CAST(x AS t(n)), x::t(n).
  [[nodiscard]] bool IsAliasOrType(std::size_t at) const {
    return at > 0 && (IsKeywordAt(at - 1, "as") ||
                      (at > 1 && IsSymbolAt(at - 1, ':') && IsSymbolAt(at - 2, ':') &&
                       tokens_[at - 2].end() == tokens_[at - 1].begin));
  }

  /// WITH c(a, b) AS (…), d("e") AS (…): only names between the parentheses, and AS ( behind.
  [[nodiscard]] bool IsCteName(std::size_t at) const {
    const bool may_start = at > 0 && (IsSymbolAt(at - 1, ',') || IsKeywordAt(at - 1, "with") ||
                                      IsKeywordAt(at - 1, "recursive"));
    if (!may_start) return false;
    auto i = at + 2;
    while (i + 1 < tokens_.size() && tokens_[i].IsName() && IsSymbolAt(i + 1, ',')) i += 2;
    if (i + 1 >= tokens_.size() || !tokens_[i].IsName() || !IsSymbolAt(i + 1, ')')) return false;
    i += 2;
    if (!IsKeywordAt(i, "as")) return false;
    ++i;
    if (IsKeywordAt(i, "not")) ++i;
    if (IsKeywordAt(i, "materialized")) ++i;
    return IsSymbolAt(i, '(');
  }

  std::span<const DuckToken> tokens_;
  const std::vector<std::string>& scans_;
};

/// The parts of "a"."b".c, or none when it is not of that form.
std::vector<std::string> PartsOf(std::string_view name) {
  const auto tokens = DuckLex(name);
  if (!tokens || tokens->size() % 2 == 0) return {};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const auto& token = (*tokens)[i];
    if (i % 2 == 1 ? !token.IsSymbol('.') : !token.IsName()) return {};
    if (i % 2 == 0) parts.push_back(DuckName(token));
  }
  return parts;
}

std::set<std::vector<std::string>> PartsOfAll(const std::vector<std::string>& names) {
  std::set<std::vector<std::string>> all;
  for (const auto& name : names) {
    if (auto parts = PartsOf(name); !parts.empty()) all.insert(std::move(parts));
  }
  return all;
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string name;
  for (const auto& part : parts) name += (name.empty() ? "" : ".") + part;
  return name;
}

}  // namespace

Result<Verb> StatementVerb(std::string_view duckdb_sql) {
  FIRN_TRY(const auto tokens, DuckLex(duckdb_sql));
  FIRN_TRY(const auto outline, ReadOutline(tokens));
  return outline.verb;
}

Status CheckFunctions(std::string_view duckdb_sql, const std::vector<std::string>& scans) {
  FIRN_TRY(const auto tokens, DuckLex(duckdb_sql));
  FIRN_CHECK(CallChecker(tokens, scans).Run());
  FIRN_CHECK(FindRelations(tokens));
  return {};
}

Status CheckRelations(std::string_view duckdb_sql, const std::vector<std::string>& allowed) {
  FIRN_TRY(const auto tokens, DuckLex(duckdb_sql));
  FIRN_TRY(const auto relations, FindRelations(tokens));
  const auto known = PartsOfAll(allowed);
  for (const auto& relation : relations) {
    if (!known.contains(relation.parts)) return UnknownObject(Joined(relation.parts));
  }
  return {};
}

Status CheckChange(std::string_view duckdb_sql, Verb verb, std::string_view target) {
  FIRN_TRY(const auto tokens, DuckLex(duckdb_sql));
  FIRN_TRY(const auto outline, ReadOutline(tokens));
  if (outline.verb != verb) {
    return Error{Code::kInternal, "The translated statement does something else than was asked."};
  }
  FIRN_TRY(const auto relations, FindRelations(tokens));
  const auto expected = PartsOf(target);
  std::size_t targets = 0;
  for (const auto& relation : relations) {
    if (!relation.is_target) continue;
    ++targets;
    if (relation.parts != expected) return UnknownObject(Joined(relation.parts));
  }
  if (targets == (verb == Verb::kQuery ? 0U : 1U)) return {};
  return Error{Code::kInternal, "The translated statement does not change one table."};
}

Result<std::vector<Verb>> ChangesMade(std::string_view duckdb_sql) {
  FIRN_TRY(const auto tokens, DuckLex(duckdb_sql));
  FIRN_TRY(const auto outline, ReadOutline(tokens));
  std::vector<Verb> made;
  if (outline.verb != Verb::kMerge) {
    if (outline.verb != Verb::kQuery) made.push_back(outline.verb);
    return made;
  }
  // An action stands behind THEN; what looks like one elsewhere only asks for more than is needed.
  const std::pair<std::string_view, Verb> actions[] = {
      {"insert", Verb::kInsert}, {"update", Verb::kUpdate}, {"delete", Verb::kDelete}};
  for (const auto& [action, verb] : actions) {
    const bool is_made = std::ranges::any_of(
        tokens, [word = action](const auto& token) { return IsKeyword(token, word); });
    if (is_made) made.push_back(verb);
  }
  return made;
}

Status CheckTables(const std::vector<std::string>& touched,
                   const std::vector<std::string>& allowed) {
  const auto known = PartsOfAll(allowed);
  for (const auto& name : touched) {
    if (!known.contains(PartsOf(name))) return UnknownObject(name);
  }
  return {};
}

}  // namespace firn::sql
