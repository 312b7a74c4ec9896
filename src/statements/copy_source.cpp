#include "statements/copy_source.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/names.hpp"
#include "statements/bind.hpp"
#include "statements/coerce.hpp"
#include "statements/column_definitions.hpp"

namespace firn::statements {
namespace {

/// $1, $1:"name", $1:name, each with an optional ::TYPE or AS alias, also inside CAST-free parens.
Result<CopyField> ParseField(sql::Cursor& cursor) {
  CopyField field;
  const auto* token = cursor.Peek();
  if (token == nullptr || token->kind != sql::TokenKind::kVariable) return cursor.Unexpected();
  field.position = std::atoi(std::string(token->text.substr(1)).c_str());
  if (field.position < 1) return cursor.Unexpected();
  cursor.Skip();
  if (cursor.AcceptSymbol(":")) {
    const auto* name = cursor.Peek();
    if (name == nullptr) return cursor.Unexpected();
    // The names of a path keep their case, quoted or not.
    field.path =
        name->kind == sql::TokenKind::kQuotedName ? sql::NameValue(*name) : std::string(name->text);
    cursor.Skip();
  }
  if (cursor.AcceptSymbol("::")) {
    FIRN_TRY(field.cast, ParseType(cursor));
  }
  if (cursor.Accept("AS")) FIRN_CHECK(cursor.ExpectName());
  return field;
}

Status ParseFrom(Execution& execution, sql::Cursor& cursor, CopyStatement& copy) {
  FIRN_CHECK(cursor.Expect("FROM"));
  const bool query = cursor.AcceptSymbol("(");
  if (query) {
    FIRN_CHECK(cursor.Expect("SELECT"));
    do {
      FIRN_TRY(copy.fields.emplace_back(), ParseField(cursor));
    } while (cursor.AcceptSymbol(","));
    FIRN_CHECK(cursor.Expect("FROM"));
  }
  FIRN_TRY(const auto text, cursor.ExpectStage());
  FIRN_TRY(copy.location, ResolveStage(execution, text));
  if (!query) return {};
  if (cursor.Peek() != nullptr && cursor.Peek()->text != ")") FIRN_CHECK(cursor.ExpectName());
  return cursor.ExpectSymbol(")");
}

Status ParseFiles(sql::Cursor& cursor, CopyStatement& copy) {
  FIRN_CHECK(cursor.ExpectSymbol("("));
  do {
    FIRN_TRY(copy.files.emplace_back(), cursor.ExpectString());
  } while (cursor.AcceptSymbol(","));
  return cursor.ExpectSymbol(")");
}

Result<std::string> ParseWord(sql::Cursor& cursor) {
  const auto* token = cursor.Peek();
  if (token == nullptr) return cursor.Unexpected();
  if (token->kind == sql::TokenKind::kString) {
    FIRN_TRY(const auto text, cursor.ExpectString());
    return UpperCase(text);
  }
  auto text = UpperCase(token->text);
  cursor.Skip();
  return text;
}

Status ParseOption(Execution& execution, sql::Cursor& cursor, CopyStatement& copy) {
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectSymbol("="));
  if (name == "FILES") return ParseFiles(cursor, copy);
  if (name == "PATTERN") {
    FIRN_TRY(copy.pattern, cursor.ExpectString());
    return {};
  }
  if (name == "FILE_FORMAT") {
    FIRN_TRY(const auto options, ParseFileFormat(execution, cursor));
    for (const auto& [option, value] : options) copy.format[option] = value;
    return {};
  }
  FIRN_TRY(const auto value, ParseWord(cursor));
  if (name == "ON_ERROR") {
    copy.skip_bad_rows = value == "CONTINUE";
    if (value == "CONTINUE" || value == "ABORT_STATEMENT") return {};
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'ON_ERROR = " + value + "'.");
  }
  if (name == "MATCH_BY_COLUMN_NAME") {
    using Match = CopyStatement::Match;
    copy.match_by_name = value == "CASE_SENSITIVE"     ? Match::kSameCase
                         : value == "CASE_INSENSITIVE" ? Match::kAnyCase
                                                       : Match::kNone;
    return {};
  }
  if (name == "PURGE") {
    copy.purge = value == "TRUE";
    return {};
  }
  if (name == "FORCE" || name == "RETURN_FAILED_ONLY" || name == "ENFORCE_LENGTH") return {};
  return SqlError(Code::kInvalid, 1003, "42000",
                  "SQL compilation error:\ninvalid option '" + name + "' of COPY INTO.");
}

}  // namespace

Result<CopyStatement> ParseCopy(Execution& execution) {
  auto cursor = execution.cursor();
  CopyStatement copy;
  FIRN_CHECK(cursor.Expect("COPY INTO"));
  if (cursor.Peek() != nullptr && cursor.Peek()->kind == sql::TokenKind::kStage) {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'COPY INTO <stage>'.");
  }
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_TRY(copy.table, FindObject(execution, catalog::ObjectKind::kTable, parts));
  if (copy.table->kind == catalog::ObjectKind::kView) return cursor.Unexpected();
  if (cursor.AcceptSymbol("(")) {
    do {
      FIRN_TRY(copy.columns.emplace_back(), cursor.ExpectName());
    } while (cursor.AcceptSymbol(","));
    FIRN_CHECK(cursor.ExpectSymbol(")"));
  }
  FIRN_CHECK(ParseFrom(execution, cursor, copy));
  copy.format = FormatFromJson(copy.location.stage->detail);
  while (!cursor.AtEnd() && cursor.Peek()->text != ";") {
    FIRN_CHECK(ParseOption(execution, cursor, copy));
  }
  FIRN_CHECK(cursor.ExpectEnd());
  return copy;
}

Result<std::vector<stages::StageFile>> FilesToLoad(Execution& execution,
                                                   const CopyStatement& copy) {
  auto& stages = execution.services.stages;
  const auto stage_id = copy.location.stage->id;
  if (copy.files.empty()) return stages.List(stage_id, copy.location.path, copy.pattern);
  std::vector<stages::StageFile> out;
  for (const auto& name : copy.files) {
    FIRN_TRY(const auto path, stages::StageService::CleanPath(copy.location.folder() + name));
    FIRN_TRY(out.emplace_back(), stages.Find(stage_id, path));
  }
  return out;
}

Result<std::string> FieldSql(const CopyField& field, const std::vector<engine::Column>& columns) {
  std::string text;
  if (!field.path.empty()) {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const auto& column) { return column.name == field.path; });
    // A name that the file lacks reads as NULL, as a path into a record does.
    text = at == columns.end() ? "NULL" : engine::QuoteName(at->name);
  } else {
    const auto index = static_cast<std::size_t>(field.position) - 1;
    if (index >= columns.size()) {
      return SqlError(Code::kInvalid, 100080, "22000",
                      "$" + std::to_string(field.position) + " is not in the file, which has " +
                          std::to_string(columns.size()) + " columns");
    }
    text = engine::QuoteName(columns[index].name);
  }
  if (!field.cast) return text;
  return "CAST(" + text + " AS " + types::StorageType(*field.cast) + ")";
}

std::string CoerceFromFile(const types::DataType& type, const std::string& expression,
                           const FormatOptions& format) {
  const auto kind = format.find("TYPE");
  const bool text_file = kind == format.end() || kind->second == "CSV";
  const bool semi_structured = type.kind == types::Kind::kVariant ||
                               type.kind == types::Kind::kObject ||
                               type.kind == types::Kind::kArray;
  if (text_file && semi_structured) return "CAST(" + expression + " AS JSON)";
  if (text_file && type.kind == types::Kind::kBinary) return "unhex(" + expression + ")";
  return Coerce(type, expression);
}

}  // namespace firn::statements
