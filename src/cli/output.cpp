#include "cli/output.hpp"

#include <boost/json.hpp>

#include <array>

#include "cli/table.hpp"
#include "cli/values.hpp"

namespace firn::cli {
namespace {

namespace json = boost::json;

Status Write(std::FILE* out, const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), out) == text.size()) return {};
  return Error{Code::kUnavailable, "the output cannot be written; its reader may have ended"};
}

Status PrintTable(ResultReader& result, const PrintOptions& options, std::FILE* out) {
  std::vector<Row> texts;
  for (;;) {
    FIRN_TRY(auto page, result.Next());
    if (page.empty()) break;
    for (auto& row : page) {
      for (std::size_t i = 0; i < row.size() && i < result.columns().size(); ++i) {
        if (row[i]) row[i] = ValueText(result.columns()[i], *row[i], result.time_zone());
      }
      texts.push_back(std::move(row));
    }
  }
  std::vector<std::string> names;
  std::vector<bool> right;
  for (const auto& column : result.columns()) {
    names.push_back(column.name);
    right.push_back(IsNumber(column));
  }
  TableStyle style;
  style.expanded = options.expanded;
  FIRN_CHECK(Write(out, RenderTable(names, right, texts, style)));
  if (!options.timing) return {};
  const auto shown = static_cast<std::int64_t>(texts.size());
  std::string line =
      "(" + Grouped(result.total_rows()) + (result.total_rows() == 1 ? " row" : " rows");
  if (shown < result.total_rows()) line += ", the first " + Grouped(shown) + " shown";
  return Write(out, line + ", " + SecondsText(options.seconds) + " s)\n");
}

std::string CsvLine(const ResultReader& result, const Row& row) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += ',';
    if (row[i]) line += CsvField(ValueText(result.columns()[i], *row[i], result.time_zone()));
  }
  return line + '\n';
}

std::string JsonLine(const ResultReader& result, const Row& row) {
  std::string line = "{";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& column = result.columns()[i];
    line += (i == 0 ? "" : ", ") + JsonText(column.name) + ": " +
            (row[i] ? ValueJson(column, *row[i], result.time_zone()) : "null");
  }
  return line + "}";
}

Status PrintPages(ResultReader& result, Format format, std::FILE* out) {
  bool first = true;
  for (;;) {
    FIRN_TRY(const auto page, result.Next());
    if (page.empty()) break;
    std::string text;
    for (const auto& row : page) {
      if (format == Format::kCsv) {
        text += CsvLine(result, row);
      } else if (format == Format::kJsonLines) {
        text += JsonLine(result, row) + "\n";
      } else {
        text += (first ? "\n " : ",\n ") + JsonLine(result, row);
      }
      first = false;
    }
    FIRN_CHECK(Write(out, text));
  }
  return {};
}

}  // namespace

Result<Format> ParseFormat(const std::string& word) {
  if (word == "table") return Format::kTable;
  if (word == "csv") return Format::kCsv;
  if (word == "json") return Format::kJson;
  if (word == "jsonl") return Format::kJsonLines;
  return Error{Code::kInvalid, "--format is '" + word + "'; it may be table, csv, json or jsonl"};
}

Status PrintResult(ResultReader& result, const PrintOptions& options, std::FILE* out) {
  if (options.format == Format::kTable) return PrintTable(result, options, out);
  if (options.format == Format::kCsv) {
    std::string head;
    for (const auto& column : result.columns()) {
      head += (head.empty() ? "" : ",") + CsvField(column.name);
    }
    FIRN_CHECK(Write(out, head + "\n"));
  }
  const bool list = options.format == Format::kJson;
  if (list) FIRN_CHECK(Write(out, "["));
  FIRN_CHECK(PrintPages(result, options.format, out));
  return list ? Write(out, "\n]\n") : Status{};
}

void PrintError(const Error& error, bool as_json) {
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "%06d", error.sql_number);
  std::string text;
  if (as_json) {
    json::object inner{{"code", CodeName(error.code)}, {"message", error.message}};
    if (error.sql_number != 0) {
      inner["number"] = number.data();
      inner["sqlstate"] = error.sql_state;
    }
    text = json::serialize(json::object{{"error", std::move(inner)}});
  } else if (error.sql_number != 0) {
    text = "error " + std::string(number.data()) + " (" + error.sql_state + "): " + error.message;
  } else {
    text = "firn: " + error.message;
  }
  std::fprintf(stderr, "%s\n", text.c_str());
}

std::string Grouped(std::int64_t number) {
  auto out = std::to_string(number);
  for (auto at = static_cast<std::int64_t>(out.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    out.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return out;
}

std::string BytesText(std::int64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"B", "KB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return out.data();
}

std::string SecondsText(double seconds) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), seconds < 10 ? "%.3f" : "%.1f", seconds);
  return out.data();
}

}  // namespace firn::cli
