#include "engine/read_text.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/connections.hpp"

namespace firn::statements {
namespace {

/// The text of a parameter's value: 'text', word, number.
Result<std::string> ParseValue(sql::Cursor& cursor) {
  const auto* token = cursor.Peek();
  if (token == nullptr) return cursor.Unexpected();
  if (token->kind == sql::TokenKind::kString) return cursor.ExpectString();
  auto text = std::string(token->text);
  cursor.Skip();
  if (text == "-" && cursor.Peek() != nullptr) {
    text += cursor.Peek()->text;
    cursor.Skip();
  }
  return text;
}

}  // namespace

/// ALTER SESSION SET a = 1 [,] b = 'x'; ALTER SESSION UNSET a, b
Result<Outcome> RunAlterSession(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("ALTER SESSION"));
  auto changed = execution.state.parameters;
  if (cursor.Accept("SET")) {
    do {
      FIRN_TRY(const auto name, cursor.ExpectName());
      FIRN_CHECK(cursor.ExpectSymbol("="));
      FIRN_TRY(const auto value, ParseValue(cursor));
      FIRN_CHECK(changed.Set(name, value));
      cursor.AcceptSymbol(",");
    } while (!cursor.AtEnd() && cursor.Peek()->text != ";");
  } else if (cursor.Accept("UNSET")) {
    do {
      FIRN_TRY(const auto name, cursor.ExpectName());
      changed.Unset(name);
    } while (cursor.AcceptSymbol(","));
  } else {
    return cursor.Unexpected();
  }
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(execution.session.Update([&](auto& state) { state.parameters = changed; }));
  return StatusOutcome("Statement executed successfully.");
}

/// SET x = <expression>
Result<Outcome> RunSetVariable(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SET"));
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectSymbol("="));
  const auto expression = std::string(cursor.Rest());
  FIRN_TRY(const auto bound, Bind(execution, "SELECT " + expression, true));
  std::string literal;
  {
    FIRN_TRY(auto lease, Lease::Borrow(execution));
    FIRN_CHECK(CheckTouched(*lease, bound));
    FIRN_TRY(const auto columns, lease->Describe(bound.sql));
    const auto kind = types::FromEngine(columns.front().type).kind;
    FIRN_TRY(const auto rows, engine::ReadText(*lease, "SELECT CAST(x AS VARCHAR) FROM (" +
                                                           bound.sql + ") AS t(x)"));
    if (rows.size() != 1) {
      return SqlError(
          Code::kInvalid, 2054, "42601",
          "SQL compilation error:\nthe value of variable " + name + " must be one row.");
    }
    const auto& text = rows.front().front();
    const bool bare = kind == types::Kind::kNumber || kind == types::Kind::kBoolean;
    literal = bare ? text : engine::QuoteText(text);
  }
  FIRN_CHECK(execution.session.Update([&](auto& state) { state.variables[name] = literal; }));
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunUnsetVariable(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("UNSET"));
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(execution.session.Update([&](auto& state) { state.variables.erase(name); }));
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
