#include "statements/copy_bad_rows.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/read_text.hpp"

namespace firn::statements {
namespace {

constexpr std::string_view kRowNumber = "\"firn:row\"";

std::string IsGoodValue(const Mapped& mapped, const FormatOptions& format) {
  const auto value = TryFromFile(mapped.column->type, mapped.expression, format);
  if (!mapped.column->nullable) return value + " IS NOT NULL";
  if (value == mapped.expression) return "";  // nothing can be wrong with it
  return "(" + mapped.expression + " IS NULL OR " + value + " IS NOT NULL)";
}

/// The first row that a conversion refuses, and how many there are: row, count, all, the column's
/// place, and the value.
std::string FirstBadSql(const std::vector<Mapped>& mapped, const FormatOptions& format,
                        const std::string& source) {
  std::string place = "CASE";
  std::string value = "CASE";
  for (std::size_t i = 0; i < mapped.size(); ++i) {
    const auto good = IsGoodValue(mapped[i], format);
    if (good.empty()) continue;
    place += " WHEN NOT (" + good + ") THEN " + std::to_string(i);
    value += " WHEN NOT (" + good + ") THEN CAST(" + mapped[i].expression + " AS VARCHAR)";
  }
  const bool checked = place != "CASE";
  place = checked ? place + " END" : "CAST(NULL AS INTEGER)";
  value = checked ? value + " END" : "CAST(NULL AS VARCHAR)";
  return "SELECT CAST(coalesce(min(r) FILTER (WHERE i IS NOT NULL), 0) AS VARCHAR), "
         "CAST(count(i) AS VARCHAR), CAST(count(*) AS VARCHAR), "
         "coalesce(CAST(arg_min(i, r) FILTER (WHERE i IS NOT NULL) AS VARCHAR), ''), "
         "coalesce(arg_min(v, r) FILTER (WHERE v IS NOT NULL), ''), "
         "CAST(coalesce(arg_min(v IS NULL, r) FILTER (WHERE i IS NOT NULL), TRUE) AS VARCHAR) "
         "FROM (SELECT " +
         std::string(kRowNumber) + " AS r, " + place + " AS i, " + value + " AS v FROM firn_scan(" +
         engine::QuoteText(source) + "))";
}

/// What the conversion of a value says that is wrong with it.
std::string MessageFor(engine::Connection& connection, const Mapped& mapped,
                       const std::string& value, bool is_null, const FormatOptions& format) {
  if (is_null) return "NULL result in a non-nullable column";
  auto stored = CoerceFromFile(mapped.column->type, engine::QuoteText(value), format);
  if (!stored) return stored.error().message;
  const auto done =
      engine::ReadText(connection, "SELECT CAST(CAST(" + *stored + " AS " +
                                       types::StorageType(mapped.column->type) + ") AS VARCHAR)");
  return done ? "The value '" + value + "' does not fit" : done.error().message;
}

/// The line of the n-th row that could be read, among the lines of those that could not.
std::int64_t LineOf(std::int64_t row, std::int64_t header_lines,
                    const std::vector<engine::BadRow>& unreadable) {
  auto line = row + header_lines;
  for (const auto& bad : unreadable) {
    if (bad.line <= line) ++line;
  }
  return line;
}

}  // namespace

std::string IsGoodRow(const std::vector<Mapped>& mapped, const FormatOptions& format) {
  std::string all = "TRUE";
  for (const auto& one : mapped) {
    const auto good = IsGoodValue(one, format);
    if (!good.empty()) all += " AND " + good;
  }
  return all;
}

Result<BadRows> FindBadRows(Execution& execution, engine::FileScan& scan,
                            const std::vector<Mapped>& mapped, const FormatOptions& format) {
  // A connection of its own: what fails here must not end the statement's transaction.
  FIRN_TRY(const auto connection, execution.services.engine.Connect());
  FIRN_CHECK(connection->SetTimeZone(execution.state.parameters.Get("TIMEZONE")));
  const auto source = execution.services.engine.Register(scan.reader());
  FIRN_TRY(const auto rows,
           engine::ReadText(*connection, FirstBadSql(mapped, format, source->name())));
  FIRN_TRY(const auto unreadable, scan.BadRows());
  const auto& found = rows.front();
  const auto count = std::stoll(found[1]);
  BadRows out;
  out.count = count + static_cast<std::int64_t>(unreadable.size());
  out.parsed = std::stoll(found[2]) + static_cast<std::int64_t>(unreadable.size());
  if (count > 0) {
    FIRN_TRY(const auto opened, ToEngine(format));
    const auto header = opened.skip_header + (opened.parse_header ? 1 : 0);
    out.line = LineOf(std::stoll(found[0]), header, unreadable);
    const auto& column = mapped[std::stoul(found[3])];
    out.column = column.column->name;
    out.message = MessageFor(*connection, column, found[4], found[5] == "true", format);
  }
  if (!unreadable.empty() && (count == 0 || unreadable.front().line < out.line)) {
    out.line = unreadable.front().line;
    out.column = unreadable.front().column;
    out.message = unreadable.front().message;
  }
  return out;
}

std::string ReadAs(const types::DataType& type, const FormatOptions& format) {
  if (HasTimeFormat(type, format)) return "";
  switch (type.kind) {
    // 1.5 for a column of whole numbers is rounded, not refused.
    case types::Kind::kNumber: return "DECIMAL(38," + std::to_string(type.scale) + ")";
    case types::Kind::kFloat:
    case types::Kind::kBoolean:
    case types::Kind::kDate:
    case types::Kind::kTime: return types::StorageType(type);
    case types::Kind::kTimestampNtz: return type.scale > 6 ? "" : types::StorageType(type);
    default: return "";
  }
}

}  // namespace firn::statements
