#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sql/rewrite.hpp"
#include "sql/translation_json.hpp"
#include "statements/column_definitions.hpp"
#include "statements/create_head.hpp"
#include "statements/file_format.hpp"
#include "statements/form.hpp"
#include "statements/show.hpp"
#include "types/data_type.hpp"

namespace firn::statements {
namespace {

/// What stands behind a form's own words, read by every parser of ours that needs no service.
void ParseBehind(std::string_view text, std::span<const sql::Token> tokens) {
  const sql::Cursor start(text, tokens);
  {
    auto cursor = start;
    bool typed = true;
    if (const auto columns = ParseColumnDefinitions(cursor, typed))
      (void)CheckColumnNames(*columns);
  }
  {
    auto cursor = start;
    if (const auto options = ParseFormatOptions(cursor)) {
      if (FormatFromJson(FormatToJson(*options)) != *options) std::abort();
      (void)ToEngine(*options);
    }
  }
  {
    auto cursor = start;
    if (const auto filter = ParseShowFilter(cursor)) (void)Passes(*filter, "FLIGHTS");
  }
}

void ParseStatement(std::string_view statement) {
  auto tokens = sql::Lex(statement);
  // Each statement of a text that was split has whole tokens, and at least one.
  if (!tokens || tokens->empty()) std::abort();
  const auto resolved = sql::ResolveIdentifiers(statement, *tokens, {{"A.b"}, std::nullopt},
                                                {{"V", "'x'"}, {"N", "1"}});
  if (!resolved) return;
  const std::string text = resolved->text ? *resolved->text : std::string(statement);
  tokens = sql::Lex(text);
  if (!tokens) std::abort();
  const auto* form = FindForm(*tokens);
  if (form == nullptr) return;
  std::size_t words = 0;
  if (!Matches(form->pattern, *tokens, words) || words > tokens->size()) std::abort();
  for (const auto* kind : {"TABLE", "VIEW", "STAGE", "FILE FORMAT", "DATABASE", "SCHEMA", "USER"}) {
    sql::Cursor cursor(text, *tokens);
    const auto head = ParseCreateHead(cursor, kind);
    if (head && head->name.empty()) std::abort();
  }
  const auto behind = std::span(*tokens).subspan(words);
  // A name may stand between: all that begin within the first few tokens.
  for (std::size_t i = 0; i <= behind.size() && i < 4; ++i) ParseBehind(text, behind.subspan(i));
}

}  // namespace
}  // namespace firn::statements

/// The statement parser from the text of a request to its form and what stands in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!firn::sql::IsUtf8(text)) return 0;  // a request is JSON, so nothing else comes here
  const auto statements = firn::sql::SplitStatements(text);
  if (!statements) return 0;
  for (const auto statement : *statements) firn::statements::ParseStatement(statement);
  return 0;
}
