#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/lexer.hpp"

namespace firn::sql {

/// What ResolveIdentifiers made of a statement.
struct Rewritten {
  std::optional<std::string> text;  ///< absent where nothing had to change
  /// The `?`s (counted from 0 in the order of the text) that became names and are no longer
  /// there; ascending. The others keep their order. A `:n` is never taken out of the bindings.
  std::vector<std::size_t> consumed;
};

/// Puts names and values in for IDENTIFIER('a.b'), IDENTIFIER(?), IDENTIFIER(:1), IDENTIFIER($v)
/// and session variables ($v; $1 stays). `bindings` are the texts bound, absent for NULL and for
/// what is no text; `variables` maps folded names to SQL literals. Names are parsed and quoted
/// again, so a value can name an object and nothing else.
/// Errors: kInvalid for a bad name, an unset variable, a binding that is missing or no text.
Result<Rewritten> ResolveIdentifiers(std::string_view text, std::span<const Token> tokens,
                                     const std::vector<std::optional<std::string>>& bindings,
                                     const std::map<std::string, std::string>& variables);

}  // namespace firn::sql
