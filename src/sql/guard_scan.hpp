#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/duck_lexer.hpp"
#include "sql/guard.hpp"

namespace firn::sql {

/// Whether the token is this unquoted keyword (given in lower case).
bool IsKeyword(const DuckToken& token, std::string_view lower_case_word);

/// The names of a WITH clause and the token behind it.
struct WithClause {
  std::vector<std::string> names;  ///< lower case
  std::size_t next = 0;
};

/// Reads WITH [RECURSIVE] name [(columns)] [USING KEY (…)] AS [[NOT] MATERIALIZED] (…), … that
/// starts at `at`. Errors: kInternal when it is not of that form.
Result<WithClause> ReadWith(std::span<const DuckToken> tokens, std::size_t at);

/// The token behind the ')' that closes the '(' at `at`; tokens.size() when nothing does.
std::size_t AfterClose(std::span<const DuckToken> tokens, std::size_t at);

/// A statement whose outline is known.
struct Outline {
  Verb verb = Verb::kQuery;
  std::size_t main = 0;  ///< the token of the verb
};
Result<Outline> ReadOutline(std::span<const DuckToken> tokens);

/// A name in the place of a table.
struct Relation {
  std::vector<std::string> parts;
  bool is_target = false;  ///< of INSERT, UPDATE, DELETE or MERGE: never a CTE
};

/// Every name in the place of a table that is not a CTE.
/// Errors: kInvalid for a text, a parameter, TABLE or a prefix alias there.
Result<std::vector<Relation>> FindRelations(std::span<const DuckToken> tokens);

}  // namespace firn::sql
