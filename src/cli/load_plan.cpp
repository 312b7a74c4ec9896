#include "cli/load_plan.hpp"

#include <array>
#include <fstream>

#include "base/names.hpp"
#include "cli/words.hpp"
#include "sql/lexer.hpp"

namespace firn::cli {
namespace {

constexpr std::size_t kLongestLine = 1 << 20;

}  // namespace

std::string FormatByName(const std::filesystem::path& file) {
  auto name = LowerCase(file.filename().string());
  for (const std::string_view end : {".gz", ".zst", ".bz2"}) {
    if (name.ends_with(end)) name.resize(name.size() - end.size());
  }
  if (name.ends_with(".parquet") || name.ends_with(".pq")) return "parquet";
  for (const auto* end : {".json", ".jsonl", ".ndjson"}) {
    if (name.ends_with(end)) return "json";
  }
  return "csv";
}

std::string DelimiterOf(std::string_view line) {
  constexpr std::array kDelimiters{',', ';', '\t', '|'};
  std::array<int, kDelimiters.size()> counts{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    for (std::size_t i = 0; i < kDelimiters.size(); ++i) counts[i] += c == kDelimiters[i] ? 1 : 0;
  }
  std::size_t best = 0;
  for (std::size_t i = 1; i < kDelimiters.size(); ++i) {
    if (counts[i] > counts[best]) best = i;
  }
  return std::string(1, kDelimiters[best]);
}

std::string FirstLine(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  for (char c = 0; line.size() < kLongestLine && in.get(c) && c != '\n';) line += c;
  const bool compressed = line.starts_with("\x1f\x8b") || line.starts_with("\x28\xb5\x2f\xfd") ||
                          line.starts_with("BZh");
  return compressed ? "" : line;
}

std::string ColumnSql(std::string_view name) {
  const auto folded = UpperCase(name);
  return NameToSql(IsPlainName(folded) ? folded : name);
}

std::string ShortType(const std::string& type) {
  if (type == "VARCHAR(16777216)") return "VARCHAR";
  return type == "NUMBER(38,0)" ? "NUMBER" : type;
}

Result<std::string> FormatSql(const LoadOptions& options) {
  auto kind = LowerCase(options.format);
  for (const auto& file : options.files) {
    const auto found = options.format.empty() ? FormatByName(file) : kind;
    if (kind.empty()) kind = found;
    if (found != kind) {
      return Error{Code::kInvalid, "the files are of two formats, " + kind + " and " + found +
                                       "; load each by itself"};
    }
  }
  if (kind == "parquet") return std::string("TYPE = PARQUET");
  if (kind == "json") return std::string("TYPE = JSON");
  if (kind != "csv") {
    return Error{Code::kInvalid, "--format is '" + kind + "'; it may be csv, json or parquet"};
  }
  auto delimiter = options.delimiter;
  if (delimiter == "\\t" || delimiter == "tab") delimiter = "\t";
  if (delimiter.empty()) delimiter = DelimiterOf(FirstLine(options.files.front()));
  auto out = "TYPE = CSV PARSE_HEADER = " + std::string(options.no_header ? "FALSE" : "TRUE") +
             " FIELD_DELIMITER = " + sql::StringLiteral(delimiter) +
             " FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = (" + sql::StringLiteral("\\N");
  for (const auto& null : options.nulls) out += ", " + sql::StringLiteral(null);
  return out + ")";
}

}  // namespace firn::cli
