#include "statements/table_functions.hpp"

#include <array>
#include <map>
#include <span>

#include "base/ids.hpp"
#include "base/names.hpp"
#include "stages/stage_service.hpp"
#include "statements/file_format.hpp"
#include "statements/query_history.hpp"
#include "statements/stage_location.hpp"

namespace firn::statements {
namespace {

/// The arguments name => value of a call, each a text, a name, a number or a binding.
struct Arguments {
  std::map<std::string, std::string> named;
  std::size_t bindings_used = 0;
};

Result<Arguments> ParseArguments(const Execution& execution, std::string_view text,
                                 std::size_t first_binding) {
  FIRN_TRY(const auto tokens, sql::Lex(text));
  sql::Cursor cursor(text, tokens);
  Arguments out;
  while (!cursor.AtEnd()) {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectSymbol("=>"));
    const auto* token = cursor.Peek();
    if (token == nullptr) return cursor.Unexpected();
    if (token->kind == sql::TokenKind::kBinding) {
      const auto index = first_binding + out.bindings_used++;
      const bool given = index < execution.bindings.size() &&
                         !execution.bindings[index].values.empty() &&
                         execution.bindings[index].values.front().has_value();
      if (!given) return cursor.Unexpected();
      out.named[name] = *execution.bindings[index].values.front();
      cursor.Skip();
    } else if (token->kind == sql::TokenKind::kString) {
      FIRN_TRY(out.named[name], cursor.ExpectString());
    } else {
      out.named[name] = token->text;
      cursor.Skip();
    }
    if (!cursor.AcceptSymbol(",")) break;
  }
  FIRN_CHECK(cursor.ExpectEnd());
  return out;
}

/// As INFER_SCHEMA writes a type: clients read the numbers in brackets as precision and scale.
std::string InferredName(const types::DataType& type) {
  using enum types::Kind;
  if (type.kind == kText) return "TEXT";
  if (type.kind == kBinary) return "BINARY";
  if (type.kind == kFloat) return "REAL";
  if (type.kind != kNumber) return types::ToSql(type);
  return "NUMBER(" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ")";
}

/// INFER_SCHEMA(LOCATION => '@stage/…', FILE_FORMAT => 'name' [, IGNORE_CASE => TRUE])
Result<Outcome> InferSchema(Execution& execution, const Arguments& arguments) {
  const auto place = arguments.named.find("LOCATION");
  const auto format_name = arguments.named.find("FILE_FORMAT");
  if (place == arguments.named.end() || format_name == arguments.named.end()) {
    return SqlError(Code::kInvalid, 1003, "42000",
                    "SQL compilation error:\nINFER_SCHEMA needs LOCATION and FILE_FORMAT.");
  }
  FIRN_TRY(const auto location, ResolveStage(execution, place->second));
  FIRN_TRY(const auto name, sql::ParseNameParts(format_name->second));
  FIRN_TRY(const auto options, FindFileFormat(execution, name));
  FIRN_TRY(auto format, ToEngine(options));
  format.infer_types = true;
  // A row that cannot be read behind the sample is for COPY to judge.
  format.skip_bad_rows = format.kind == engine::FileKind::kCsv;
  FIRN_TRY(const auto files,
           execution.services.stages.List(location.stage->id, location.path, std::nullopt));
  if (files.empty()) {
    return SqlError(Code::kNotFound, 253006, "02000",
                    "File doesn't exist: " + place->second + " holds no file.");
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& file : files) {
    paths.push_back(execution.services.stages.LocalPath(location.stage->id, file.path));
  }
  FIRN_TRY(const auto scan, execution.services.ingest.Scan(paths, format));
  const auto fold = arguments.named.find("IGNORE_CASE");
  const bool upper = fold != arguments.named.end() && EqualIgnoringCase(fold->second, "TRUE");
  Outcome out;
  out.columns = {TextColumn("COLUMN_NAME"), TextColumn("TYPE"),      BooleanColumn("NULLABLE"),
                 TextColumn("EXPRESSION"),  TextColumn("FILENAMES"), NumberColumn("ORDER_ID")};
  for (const auto& column : scan->columns()) {
    const auto type = InferredName(types::FromEngine(column.type));
    const auto shown = upper ? UpperCase(column.name) : column.name;
    out.rows.push_back({shown, type, "1", "$1:" + NameToSql(column.name) + "::" + type,
                        files.front().path, std::to_string(out.rows.size())});
  }
  return out;
}

template <const char* kName>
Result<Outcome> History(Execution& execution, const Arguments& arguments) {
  return QueryHistory(execution, kName, arguments.named);
}
constexpr char kAll[] = "QUERY_HISTORY";
constexpr char kBySession[] = "QUERY_HISTORY_BY_SESSION";
constexpr char kByUser[] = "QUERY_HISTORY_BY_USER";

struct Function {
  std::string_view name;
  Result<Outcome> (*run)(Execution& execution, const Arguments& arguments);
};
constexpr std::array kFunctions{
    Function{"INFER_SCHEMA", InferSchema}, Function{kAll, History<kAll>},
    Function{kBySession, History<kBySession>}, Function{kByUser, History<kByUser>}};

/// Where the name begins that ends at `at`: INFORMATION_SCHEMA.F, DB.INFORMATION_SCHEMA.F.
std::size_t NameBegin(const std::vector<sql::Token>& tokens, std::size_t at) {
  while (at >= 2 && tokens[at - 1].text == ".") at -= 2;
  return at;
}

/// Runs the function, keeps its rows as a result, and reads that in the function's place.
Status Replace(Execution& execution, const Function& function, std::size_t at) {
  const auto& tokens = execution.tokens;
  std::size_t bindings_before = 0;
  for (std::size_t i = 0; i < at; ++i) {
    if (tokens[i].kind == sql::TokenKind::kBinding) ++bindings_before;
  }
  sql::Cursor cursor(execution.text, std::span(tokens).subspan(at + 1));
  FIRN_TRY(const auto inside, cursor.ExpectParenthesised());
  FIRN_TRY(const auto arguments, ParseArguments(execution, inside, bindings_before));
  FIRN_TRY(const auto made, function.run(execution, arguments));
  const auto id = NewOrderedUuid();
  FIRN_CHECK(execution.services.results.WriteText(id, execution.state.principal.user, made.columns,
                                                  made.rows));
  const auto begin = tokens[NameBegin(tokens, at)].begin;
  const auto end =
      static_cast<std::size_t>(inside.data() + inside.size() - execution.text.data()) + 1;
  auto& bindings = execution.bindings;
  const auto first = bindings.begin() + static_cast<std::ptrdiff_t>(bindings_before);
  bindings.erase(first, first + static_cast<std::ptrdiff_t>(arguments.bindings_used));
  execution.text.replace(begin, end - begin, "RESULT_SCAN('" + id + "')");
  FIRN_TRY(execution.tokens, sql::Lex(execution.text));
  return {};
}

}  // namespace

Status ResolveTableFunctions(Execution& execution) {
  for (std::size_t at = 0; at + 1 < execution.tokens.size(); ++at) {
    if (execution.tokens[at].kind != sql::TokenKind::kWord) continue;
    if (execution.tokens[at + 1].text != "(") continue;
    for (const auto& function : kFunctions) {
      if (!EqualIgnoringCase(execution.tokens[at].text, function.name)) continue;
      FIRN_CHECK(Replace(execution, function, at));
      break;
    }
  }
  return {};
}

}  // namespace firn::statements
