#include "statements/copy_source.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/names.hpp"
#include "sql/guard.hpp"
#include "sql/slots.hpp"
#include "statements/bind.hpp"
#include "statements/coerce.hpp"
#include "statements/column_definitions.hpp"
#include "statements/context.hpp"
#include "statements/time_format.hpp"

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

/// The next token and a gap; nothing for `t.` in t.$1, and $1 as a name, "$1".
std::string WithoutAlias(sql::Cursor& cursor) {
  const auto token = *cursor.Peek();
  const auto* dot = cursor.Peek(1);
  const auto* field = cursor.Peek(2);
  const bool alias = dot != nullptr && dot->text == "." && field != nullptr &&
                     field->kind == sql::TokenKind::kVariable;
  cursor.Skip();
  if (alias) cursor.Skip();
  if (alias) return "";
  const auto* next = cursor.Peek();
  const bool gap = next == nullptr || next->begin > token.end();
  const auto text = token.kind == sql::TokenKind::kVariable ? engine::QuoteName(token.text)
                                                            : std::string(token.text);
  return text + (gap ? " " : "");
}

std::string WithoutAliases(sql::Cursor& cursor) {
  std::string text;
  while (cursor.Peek() != nullptr) text += WithoutAlias(cursor);
  return text;
}

/// Fields alone up to FROM, which can be read faster than expressions.
Result<std::vector<CopyField>> ParseFields(sql::Cursor& cursor) {
  std::vector<CopyField> fields;
  do {
    FIRN_TRY(auto field, ParseField(cursor));
    fields.push_back(std::move(field));
  } while (cursor.AcceptSymbol(","));
  if (cursor.Peek() == nullptr || !EqualIgnoringCase(cursor.Peek()->text, "FROM")) {
    return cursor.Unexpected();
  }
  return fields;
}

/// The text up to FROM, without the alias in t.$1.
Result<std::string> TakeList(sql::Cursor& cursor) {
  std::string list;
  while (cursor.Peek() != nullptr && !EqualIgnoringCase(cursor.Peek()->text, "FROM")) {
    const auto token = *cursor.Peek();
    if (token.text == "(") {
      FIRN_TRY(const auto inner, cursor.ExpectParenthesised());
      FIRN_TRY(const auto tokens, sql::Lex(inner));
      sql::Cursor nested(inner, tokens);
      list += "(" + WithoutAliases(nested) + ")";
      continue;
    }
    list += WithoutAlias(cursor);
  }
  return list;
}

Status ParseFrom(Execution& execution, sql::Cursor& cursor, CopyStatement& copy) {
  FIRN_CHECK(cursor.Expect("FROM"));
  const bool query = cursor.AcceptSymbol("(");
  if (query) {
    FIRN_CHECK(cursor.Expect("SELECT"));
    auto list = cursor;
    if (const auto fields = ParseFields(list); fields) {
      copy.fields = *fields;
      cursor = list;
    } else {
      FIRN_TRY(copy.select, TakeList(cursor));
    }
    FIRN_CHECK(cursor.Expect("FROM"));
  }
  FIRN_TRY(const auto text, cursor.ExpectStage());
  FIRN_TRY(copy.location, ResolveStage(execution, text));
  if (!query) return {};
  if (cursor.Peek() != nullptr && cursor.Peek()->text != ")") {
    cursor.Accept("AS");
    FIRN_CHECK(cursor.ExpectName());
  }
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

bool IsTextFile(const FormatOptions& format) {
  const auto kind = format.find("TYPE");
  return kind == format.end() || kind->second == "CSV";
}

bool IsSemiStructured(const types::DataType& type) {
  return type.kind == types::Kind::kVariant || type.kind == types::Kind::kObject ||
         type.kind == types::Kind::kArray;
}

/// The format that values of the type are written in, or nothing for AUTO.
std::string TimeFormat(const types::DataType& type, const FormatOptions& format) {
  using types::Kind;
  const bool timestamp = type.kind == Kind::kTimestampNtz || type.kind == Kind::kTimestampLtz ||
                         type.kind == Kind::kTimestampTz;
  const auto* name = type.kind == Kind::kDate   ? "DATE_FORMAT"
                     : type.kind == Kind::kTime ? "TIME_FORMAT"
                     : timestamp                ? "TIMESTAMP_FORMAT"
                                                : "";
  const auto at = format.find(name);
  return at == format.end() || UpperCase(at->second) == "AUTO" ? "" : at->second;
}

/// What strptime's timestamp is cast to before the column's own rules.
std::string PlainType(const types::DataType& type) {
  if (type.kind == types::Kind::kDate) return "DATE";
  return type.kind == types::Kind::kTime ? "TIME" : "TIMESTAMP";
}

/// CONTINUE, ABORT_STATEMENT, SKIP_FILE, SKIP_FILE_5, SKIP_FILE_5%
Status ParseOnError(const std::string& value, CopyStatement& copy) {
  constexpr std::string_view kSkip = "SKIP_FILE";
  if (value == "ABORT_STATEMENT") return {};
  if (value == "CONTINUE") {
    copy.on_error = OnError::kContinue;
    return {};
  }
  if (value.starts_with(kSkip)) {
    auto rest = value.substr(kSkip.size());
    copy.on_error = OnError::kSkipFile;
    if (rest.empty()) return {};
    copy.limit_is_percent = rest.back() == '%';
    if (copy.limit_is_percent) rest.pop_back();
    const bool digits = rest.size() > 1 && rest.size() < 12 && rest.front() == '_' &&
                        rest.find_first_not_of("0123456789", 1) == std::string::npos;
    if (digits) {
      copy.bad_rows_limit = std::max<std::int64_t>(std::stoll(rest.substr(1)), 1);
      return {};
    }
  }
  return SqlError(Code::kInvalid, 1003, "42000",
                  "SQL compilation error:\ninvalid value '" + value + "' of ON_ERROR.");
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
  if (name == "ON_ERROR") return ParseOnError(value, copy);
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
  if (name == "FORCE") {
    copy.force = value == "TRUE";
    return {};
  }
  if (name == "ENFORCE_LENGTH" && value == "TRUE") return {};
  if (name == "TRUNCATECOLUMNS" && value == "FALSE") return {};
  if (name == "RETURN_FAILED_ONLY" && value == "FALSE") return {};
  if (name == "LOAD_UNCERTAIN_FILES") return {};
  static const std::set<std::string> kUnsupported = {
      "ENFORCE_LENGTH",  "TRUNCATECOLUMNS", "RETURN_FAILED_ONLY", "SIZE_LIMIT",
      "VALIDATION_MODE", "FILE_PROCESSOR",  "LOAD_MODE",          "INCLUDE_METADATA"};
  if (kUnsupported.contains(name)) {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature '" + name + " = " + value + "'.");
  }
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

Result<std::string> SelectSql(Execution& execution, const CopyStatement& copy,
                              const std::vector<engine::Column>& columns,
                              const std::string& source) {
  std::string fields;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto name = engine::QuoteName(columns[i].name);
    const bool json = types::FromEngine(columns[i].type).kind == types::Kind::kVariant;
    fields += (i == 0 ? "" : ", ") + (json ? "CAST(" + name + " AS JSON)" : name) + " AS \"$" +
              std::to_string(i + 1) + "\"";
  }
  const auto scope = execution.scope();
  FIRN_TRY(const auto translation, execution.services.translator.Translate("SELECT " + copy.select +
                                                                           " FROM \"firn file\""));
  const auto unsupported = [](auto) -> Result<std::string> {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'a table in COPY INTO'.");
  };
  sql::SlotTexts fill{unsupported, unsupported, unsupported, unsupported};
  if (translation->tables.size() == 1) {
    fill.table = [&](std::size_t) -> Result<std::string> {
      return "(SELECT " + fields + " FROM firn_scan(" + engine::QuoteText(source) + "))";
    };
  }
  fill.context = [&](std::string_view name) {
    return ContextValue(execution, scope, std::string(name));
  };
  FIRN_TRY(auto sql, sql::FillSlots(*translation, fill));
  FIRN_CHECK(sql::CheckChange(sql, sql::Verb::kQuery, ""));
  FIRN_CHECK(sql::CheckFunctions(sql, {source}));
  FIRN_CHECK(sql::CheckRelations(sql, {}));
  return sql;
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

bool HasTimeFormat(const types::DataType& type, const FormatOptions& format) {
  return !TimeFormat(type, format).empty();
}

Result<std::string> CoerceFromFile(const types::DataType& type, const std::string& expression,
                                   const FormatOptions& format) {
  if (!IsTextFile(format)) return Coerce(type, expression);
  if (const auto time_format = TimeFormat(type, format); !time_format.empty()) {
    FIRN_TRY(const auto pattern, ToStrptime(time_format));
    return Coerce(type, "CAST(strptime(" + expression + ", " + engine::QuoteText(pattern) +
                            ") AS " + PlainType(type) + ")");
  }
  if (IsSemiStructured(type)) return "CAST(" + expression + " AS JSON)";
  return Coerce(type, expression);
}

std::string TryFromFile(const types::DataType& type, const std::string& expression,
                        const FormatOptions& format) {
  using types::Kind;
  const auto limit = std::to_string(type.length);
  if (type.kind == Kind::kText && type.length < types::kMaxTextLength) {
    const auto text = "CAST(" + expression + " AS VARCHAR)";
    return "CASE WHEN length(" + text + ") <= " + limit + " THEN " + text + " END";
  }
  if (!IsTextFile(format) || type.kind == Kind::kText) return expression;
  if (const auto time_format = TimeFormat(type, format); !time_format.empty()) {
    const auto pattern = ToStrptime(time_format);
    return "TRY(" +
           Coerce(type, "CAST(try_strptime(" + expression + ", " +
                            engine::QuoteText(pattern ? *pattern : "") + ") AS " + PlainType(type) +
                            ")") +
           ")";
  }
  switch (type.kind) {
    case Kind::kBinary:
      return "CASE WHEN octet_length(firn_try_binary(" + expression + ")) <= " + limit +
             " THEN firn_try_binary(" + expression + ") END";
    case Kind::kTimestampLtz:
    case Kind::kTimestampTz: return "TRY(" + Coerce(type, expression) + ")";
    case Kind::kTimestampNtz:
      if (type.scale > 6) return "TRY(" + Coerce(type, expression) + ")";
      [[fallthrough]];
    default: return "TRY_CAST(" + expression + " AS " + types::StorageType(type) + ")";
  }
}

}  // namespace firn::statements
