#include "engine/csv_columns.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/names.hpp"
#include "engine/instance.hpp"

namespace firn::engine {
namespace {

constexpr int kHeaderLines = 20;  // that a header with quoted line ends may have
constexpr int kSampleRows = 20'480;

/// A type is taken when every value of the sample has its form and casts to it; first wins.
struct Candidate {
  std::string_view type;
  std::string_view form;
};
constexpr std::array<Candidate, 6> kCandidates{{
    {"BIGINT", "[+-]?(0|[1-9][0-9]*)"},  // 00501 is no number
    {"DOUBLE", "[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"},
    {"DATE", "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"},
    {"TIMESTAMP", "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}.*"},
    {"TIME", "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"},
    {"BOOLEAN", "(?i:true|false)"},
}};

std::string Bool(bool value) { return value ? "true" : "false"; }

std::string TextList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const auto& text : texts) list += (list.size() > 1 ? ", " : "") + QuoteText(text);
  return list + "]";
}

/// Unique names, none empty; upper and lower case are one to DuckDB.
std::vector<CsvColumn> Named(const std::vector<std::string>& fields, bool from_header) {
  std::vector<CsvColumn> columns;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto fallback = "c" + std::to_string(i + 1);
    auto name = from_header && !fields[i].empty() ? fields[i] : fallback;
    for (int n = 1; !taken.insert(LowerCase(name)).second; ++n) {
      name = (fields[i].empty() ? fallback : fields[i]) + "_" + std::to_string(n);
    }
    columns.push_back({std::move(name), "VARCHAR"});
  }
  return columns;
}

Status InferTypes(duckdb_connection connection, const std::filesystem::path& file,
                  const FileFormat& format, const ErrorMap& errors,
                  std::vector<CsvColumn>& columns) {
  std::string tests;
  for (const auto& column : columns) {
    const auto name = QuoteName(column.name);
    tests += (tests.empty() ? "" : ", ") + std::string("CASE WHEN count(") + name + ") = 0 THEN ''";
    for (const auto& [type, form] : kCandidates) {
      tests += " WHEN bool_and(regexp_full_match(" + name + ", " + QuoteText(form) +
               ") AND TRY_CAST(" + name + " AS " + std::string(type) +
               ") IS NOT NULL) FILTER (WHERE " + name + " IS NOT NULL) THEN " + QuoteText(type);
    }
    tests += " ELSE 'VARCHAR' END";
  }
  const auto sql = "SELECT unnest([" + tests + "]) FROM (FROM " +
                   CsvSql({file}, format, columns, ", ignore_errors = true") + " LIMIT " +
                   std::to_string(kSampleRows) + ")";
  FIRN_TRY(const auto types, ReadTexts(connection, sql, errors));
  for (std::size_t i = 0; i < columns.size() && i < types.size(); ++i) {
    if (!types[i].empty()) columns[i].type = types[i];
  }
  return {};
}

}  // namespace

std::vector<std::string> SplitRecord(std::string_view record, const FileFormat& format,
                                     bool& open) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  const std::string_view quote = format.quote;
  const auto escape = format.escape.empty() ? quote : std::string_view(format.escape);
  for (std::size_t i = 0; i < record.size();) {
    const auto rest = record.substr(i);
    if (quoted && !escape.empty() && rest.starts_with(escape) &&
        rest.substr(escape.size()).starts_with(quote)) {
      fields.back() += quote;
      i += escape.size() + quote.size();
    } else if (!quote.empty() && rest.starts_with(quote)) {
      quoted = !quoted;
      i += quote.size();
    } else if (!quoted && rest.starts_with(format.field_delimiter)) {
      fields.emplace_back();
      i += format.field_delimiter.size();
    } else {
      fields.back() += record[i++];
    }
  }
  open = quoted;
  return fields;
}

std::string CsvSql(const std::vector<std::filesystem::path>& files, const FileFormat& format,
                   const std::vector<CsvColumn>& columns, std::string_view extra) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  std::string types;
  for (const auto& [name, type] : columns) {
    types += (types.empty() ? "" : ", ") + QuoteText(name) + ": " + QuoteText(type);
  }
  auto nulls = format.null_if;
  if (format.empty_field_as_null) nulls.emplace_back("");
  // An empty list would mean the default, which is the empty field.
  if (nulls.empty()) nulls.emplace_back("\x01\x02");
  // An empty text in quotes is no NULL, unless words that mean NULL may stand in quotes.
  const bool words = !format.null_if.empty() && format.null_if != std::vector<std::string>{"\\N"};
  return "read_csv(" + TextList(names) + ", auto_detect = false, columns = {" + types +
         "}, delim = " + QuoteText(format.field_delimiter) +
         ", quote = " + QuoteText(format.quote) +
         ", escape = " + QuoteText(format.escape.empty() ? format.quote : format.escape) +
         ", compression = " + QuoteText(format.compression) +
         ", header = " + Bool(format.parse_header) + ", null_padding = " + Bool(format.pad_rows) +
         ", skip = " + std::to_string(format.skip_header) + ", nullstr = " + TextList(nulls) +
         ", allow_quoted_nulls = " + Bool(words) + std::string(extra) + ")";
}

Result<std::vector<CsvColumn>> ReadCsvColumns(duckdb_connection connection,
                                              const std::filesystem::path& file,
                                              const FileFormat& format, const ErrorMap& errors) {
  const auto lines_sql =
      "SELECT coalesce(l, '') FROM read_csv(" + TextList({file.string()}) +
      ", auto_detect = false, columns = {'l': 'VARCHAR'}, delim = '\x1f', quote = '', escape = '',"
      " header = false, strict_mode = false, max_line_size = 16000000, compression = " +
      QuoteText(format.compression) + ") LIMIT " +
      std::to_string(format.skip_header + kHeaderLines);
  FIRN_TRY(const auto lines, ReadTexts(connection, lines_sql, errors));
  const auto first = static_cast<std::size_t>(format.skip_header);
  if (lines.size() <= first) return Named({""}, false);
  auto record = lines[first];
  bool open = false;
  auto fields = SplitRecord(record, format, open);
  for (auto i = first + 1; open && i < lines.size(); ++i) {
    record += "\n" + lines[i];
    fields = SplitRecord(record, format, open);
  }
  auto columns = Named(fields, format.parse_header);
  if (format.infer_types) FIRN_CHECK(InferTypes(connection, file, format, errors, columns));
  for (auto& column : columns) {
    const auto wanted = format.read_as.find(column.name);
    if (!format.infer_types && wanted != format.read_as.end()) column.type = wanted->second;
  }
  return columns;
}

LineCounter::LineCounter(const std::filesystem::path& file) : stream_(file, std::ios::binary) {
  std::array<char, 4> magic{};
  stream_.read(magic.data(), magic.size());
  const std::string_view start(magic.data(), static_cast<std::size_t>(stream_.gcount()));
  if (start.starts_with("\x1f\x8b") || start == "\x28\xb5\x2f\xfd") {
    stream_.setstate(std::ios::badbit);
    return;
  }
  stream_.clear();
  stream_.seekg(0);
}

std::int64_t LineCounter::LineAt(std::int64_t offset_bytes) {
  std::array<char, 64 * 1024> block;
  while (at_ < offset_bytes) {
    const auto wanted = std::min<std::int64_t>(offset_bytes - at_, block.size());
    stream_.read(block.data(), wanted);
    const auto got = stream_.gcount();
    if (got <= 0) return 0;
    line_ += std::count(block.data(), block.data() + got, '\n');
    at_ += got;
  }
  return stream_.bad() ? 0 : line_;
}

}  // namespace firn::engine
