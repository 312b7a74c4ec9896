#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sql/lexer.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// What clients are told a statement was (statementTypeId).
enum class StatementType : int {
  kUnknown = 0,
  kSelect = 0x1000,
  kShow = 0x1100,
  kDescribe = 0x1200,
  kInsert = 0x3100,
  kUpdate = 0x3200,
  kDelete = 0x3300,
  kMerge = 0x3400,
  kMultiInsert = 0x3500,
  kCopy = 0x3600,
  kUnload = 0x3700,
  kSession = 0x4000,
  kTransaction = 0x5000,
  kDdl = 0x6000,
  kGet = 0x7000,
  kPut = 0x7100,
  kList = 0x7200,
  kRemove = 0x7300,
  kMultiStatement = 0xA000,
};

/// What a statement does to an open transaction and to data.
enum class Effect {
  kReads,       ///< leaves everything as it is
  kWrites,      ///< changes rows within the transaction
  kDefines,     ///< DDL: commits an open transaction first, and stands by itself
  kConfigures,  ///< changes the session only
  kRemoves,  ///< as kDefines, but gives space back, so that a full disk does not stand in its way
  kRemovesFiles,  ///< removes files of a stage: no part of the transaction; also on a full disk
};

/// One kind of statement. To add one: write its file and name it in forms.cpp.
struct Form {
  /// Leading words; [A|B C] is optional: "CREATE [OR REPLACE] [TRANSIENT] TABLE".
  std::string_view pattern;
  StatementType type;
  Effect effect;
  /// Runs with `execution.cursor()` at the first word. Access is checked by the service it calls.
  Result<Outcome> (*run)(Execution& execution);
  /// True where describe_only may run it, since it only reads metadata.
  bool describable = false;
};

/// The form whose pattern fits and is longest, or null.
const Form* FindForm(std::span<const sql::Token> tokens);
/// All of them, for documentation and tests.
std::span<const Form> Forms();

/// True when the leading tokens fit the pattern; `length` is then the number taken.
bool Matches(std::string_view pattern, std::span<const sql::Token> tokens, std::size_t& length);

}  // namespace firn::statements
