#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::sql {

enum class DuckKind { kWord, kQuotedName, kString, kNumber, kParameter, kSymbol };

/// A token of DuckDB's SQL; `text` views the statement.
struct DuckToken {
  DuckKind kind;
  std::string_view text;
  std::size_t begin;
  [[nodiscard]] std::size_t end() const { return begin + text.size(); }
  [[nodiscard]] bool IsSymbol(char symbol) const {
    return kind == DuckKind::kSymbol && text[0] == symbol;
  }
  [[nodiscard]] bool IsName() const {
    return kind == DuckKind::kWord || kind == DuckKind::kQuotedName;
  }
};

/// Tokens of the part of DuckDB's SQL that the translator writes. What DuckDB might read in
/// another way than we do is refused: comments, E'…' and U&'…' and $x$…$x$ texts, NUL, control
/// characters and anything beyond ASCII outside quotes. Symbols are single characters.
/// Errors: kInternal, since a translation of ours holds none of that.
Result<std::vector<DuckToken>> DuckLex(std::string_view sql);

/// The name without its quotes; case is kept.
std::string DuckName(const DuckToken& token);

}  // namespace firn::sql
