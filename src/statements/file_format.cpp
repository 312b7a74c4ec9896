#include "statements/file_format.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/names.hpp"
#include "statements/bind.hpp"

namespace firn::statements {
namespace {

namespace json = boost::json;

const std::set<std::string>& KnownOptions() {
  static const std::set<std::string> kNames = {"TYPE",
                                               "COMPRESSION",
                                               "FIELD_DELIMITER",
                                               "RECORD_DELIMITER",
                                               "SKIP_HEADER",
                                               "PARSE_HEADER",
                                               "FIELD_OPTIONALLY_ENCLOSED_BY",
                                               "ESCAPE",
                                               "ESCAPE_UNENCLOSED_FIELD",
                                               "NULL_IF",
                                               "TRIM_SPACE",
                                               "EMPTY_FIELD_AS_NULL",
                                               "ERROR_ON_COLUMN_COUNT_MISMATCH",
                                               "DATE_FORMAT",
                                               "TIME_FORMAT",
                                               "TIMESTAMP_FORMAT",
                                               "BINARY_FORMAT",
                                               "ENCODING",
                                               "SKIP_BLANK_LINES",
                                               "REPLACE_INVALID_CHARACTERS",
                                               "SKIP_BYTE_ORDER_MARK",
                                               "BINARY_AS_TEXT",
                                               "USE_LOGICAL_TYPE",
                                               "USE_VECTORIZED_SCANNER",
                                               "SNAPPY_COMPRESSION",
                                               "STRIP_OUTER_ARRAY",
                                               "FORMAT_NAME",
                                               "FILE_EXTENSION",
                                               "MULTI_LINE"};
  return kNames;
}

Result<std::string> ParseValue(sql::Cursor& cursor) {
  if (cursor.AcceptSymbol("(")) {
    std::string joined;
    while (!cursor.AcceptSymbol(")")) {
      FIRN_TRY(const auto item, cursor.ExpectString());
      joined += (joined.empty() ? "" : "\n") + item;
      cursor.AcceptSymbol(",");
    }
    return joined;
  }
  const auto* token = cursor.Peek();
  if (token == nullptr) return cursor.Unexpected();
  if (token->kind == sql::TokenKind::kString) return cursor.ExpectString();
  auto text = UpperCase(token->text);
  cursor.Skip();
  return text;
}

std::string Get(const FormatOptions& options, const std::string& name, std::string otherwise) {
  const auto at = options.find(name);
  if (at == options.end()) return otherwise;
  return at->second;
}

bool IsTrue(const FormatOptions& options, const std::string& name, bool otherwise) {
  return Get(options, name, otherwise ? "TRUE" : "FALSE") == "TRUE";
}

/// Options of which only some values mean what Firn does; another must not be passed over.
Status CheckValues(const FormatOptions& options) {
  static const std::map<std::string, std::set<std::string>> kUnderstood = {
      {"RECORD_DELIMITER", {"NONE", "\n", "\r\n", "\\n", "\\r\\n", "AUTO"}},
      {"ENCODING", {"UTF8", "UTF-8"}},
      {"BINARY_FORMAT", {"HEX"}},
      {"ESCAPE_UNENCLOSED_FIELD", {"NONE", "\\", "\\\\"}},
      {"REPLACE_INVALID_CHARACTERS", {"FALSE"}},
      {"COMPRESSION",
       {"AUTO", "AUTO_DETECT", "GZIP", "ZSTD", "NONE", "SNAPPY", "LZO", "UNCOMPRESSED"}}};
  const bool parquet = EqualIgnoringCase(Get(options, "TYPE", "CSV"), "PARQUET");
  for (const auto& [name, values] : kUnderstood) {
    // Text in Parquet is UTF-8, else reading it is an error; the ADBC driver asks for this always.
    if (parquet && name == "REPLACE_INVALID_CHARACTERS") continue;
    const auto at = options.find(name);
    if (at == options.end() || values.contains(UpperCase(at->second))) continue;
    if (name == "RECORD_DELIMITER" && values.contains(at->second)) continue;
    return SqlError(
        Code::kInvalid, 2, "0A000",
        "SQL compilation error:\nUnsupported feature '" + name + " = " + at->second + "'.");
  }
  return {};
}

std::string OrNone(const std::string& text) { return text == "NONE" ? "" : text; }

}  // namespace

Result<FormatOptions> ParseFormatOptions(sql::Cursor& cursor) {
  FormatOptions options;
  while (cursor.Peek() != nullptr && cursor.Peek()->kind == sql::TokenKind::kWord) {
    const auto name = UpperCase(cursor.Peek()->text);
    if (!KnownOptions().contains(name)) break;
    cursor.Skip();
    FIRN_CHECK(cursor.ExpectSymbol("="));
    if (name == "FORMAT_NAME" && cursor.Peek() != nullptr &&
        cursor.Peek()->kind != sql::TokenKind::kString) {
      FIRN_TRY(const auto parts, cursor.ExpectNameParts());
      std::string joined;
      for (const auto& part : parts) joined += (joined.empty() ? "" : ".") + NameToSql(part);
      options[name] = joined;
    } else {
      FIRN_TRY(options[name], ParseValue(cursor));
    }
    cursor.AcceptSymbol(",");
  }
  return options;
}

Result<FormatOptions> FindFileFormat(Execution& execution, const sql::NameParts& name) {
  FIRN_TRY(const auto format, FindObject(execution, catalog::ObjectKind::kFileFormat, name));
  return FormatFromJson(format->detail);
}

Result<FormatOptions> ParseFileFormat(Execution& execution, sql::Cursor& cursor) {
  if (cursor.Peek() != nullptr && cursor.Peek()->text != "(") {
    FIRN_TRY(const auto name, cursor.ExpectNameParts());
    return FindFileFormat(execution, name);
  }
  FIRN_CHECK(cursor.ExpectSymbol("("));
  FIRN_TRY(auto options, ParseFormatOptions(cursor));
  FIRN_CHECK(cursor.ExpectSymbol(")"));
  const auto named = options.find("FORMAT_NAME");
  if (named == options.end()) return options;
  FIRN_TRY(const auto parts, sql::ParseNameParts(named->second));
  FIRN_TRY(auto merged, FindFileFormat(execution, parts));
  options.erase(named);
  for (auto& [name, value] : options) merged[name] = std::move(value);
  return merged;
}

std::string FormatToJson(const FormatOptions& options) {
  json::object out;
  for (const auto& [name, value] : options) out[name] = value;
  return json::serialize(out);
}

FormatOptions FormatFromJson(const std::string& text) {
  FormatOptions out;
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  if (failed || !value.is_object()) return out;
  for (const auto& [name, inner] : value.as_object()) {
    if (inner.is_string()) out[std::string(name)] = std::string(inner.as_string());
  }
  return out;
}

Result<engine::FileFormat> ToEngine(const FormatOptions& options) {
  engine::FileFormat format;
  const auto type = UpperCase(Get(options, "TYPE", "CSV"));
  if (type == "CSV") {
    format.kind = engine::FileKind::kCsv;
  } else if (type == "JSON") {
    format.kind = engine::FileKind::kJson;
  } else if (type == "PARQUET") {
    format.kind = engine::FileKind::kParquet;
  } else {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'FILE_FORMAT TYPE = " + type +
                        "'; Firn reads CSV, JSON and PARQUET.");
  }
  FIRN_CHECK(CheckValues(options));
  const auto compression = LowerCase(Get(options, "COMPRESSION", "auto"));
  if (type == "CSV" || type == "JSON") format.compression = compression;
  format.field_delimiter = Get(options, "FIELD_DELIMITER", ",");
  format.quote = OrNone(Get(options, "FIELD_OPTIONALLY_ENCLOSED_BY", ""));
  format.escape = OrNone(Get(options, "ESCAPE", ""));
  if (format.escape.empty()) format.escape = format.quote;
  format.skip_header = std::atoi(Get(options, "SKIP_HEADER", "0").c_str());
  format.parse_header = IsTrue(options, "PARSE_HEADER", false);
  format.trim_space = IsTrue(options, "TRIM_SPACE", false);
  format.pad_rows = !IsTrue(options, "ERROR_ON_COLUMN_COUNT_MISMATCH", true);
  format.empty_field_as_null = IsTrue(options, "EMPTY_FIELD_AS_NULL", true);
  auto null_if = Get(options, "NULL_IF", "\\N");
  while (!null_if.empty()) {
    const auto line = std::min(null_if.find('\n'), null_if.size());
    format.null_if.push_back(null_if.substr(0, line));
    null_if.erase(0, line + 1);
  }
  return format;
}

}  // namespace firn::statements
