#include "statements/bindings.hpp"

#include <algorithm>
#include <cctype>

#include "base/names.hpp"
#include "statements/bulk_values.hpp"

namespace firn::statements {
namespace {

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

bool IsInteger(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 19 && std::all_of(text.begin(), text.end(), IsDigit);
}

std::string Cast(const std::string& text, std::string_view type) {
  return "CAST(" + text + " AS " + std::string(type) + ")";
}

/// "<nanoseconds> <offset minutes + 1440>", or a timestamp as text.
std::string ZonedSql(const std::string& text, bool from_number) {
  if (!from_number) return "firn_timestamp_tz(" + text + ")";
  const auto part = [&](int index) {
    return "split_part(" + text + ", ' ', " + std::to_string(index) + ")";
  };
  // Without an offset it is UTC.
  const auto offset = Cast("coalesce(nullif(" + part(2) + ", ''), '1440')", "BIGINT");
  return "{'firn_utc': make_timestamp_ns(" + Cast(part(1), "BIGINT") +
         "), 'firn_offset_min': CAST(" + offset + " - 1440 AS SMALLINT)}";
}

/// Dates, times and bytes, which clients send as whole numbers (nanoseconds; milliseconds for
/// dates; hexadecimal) or as text. Other types: the text as it is.
std::string MomentSql(std::string_view type, const std::string& text, bool number) {
  const auto whole = Cast(text, "BIGINT");
  if (type == "DATE") {
    return number ? Cast("make_timestamp_ms(" + whole + ")", "DATE") : Cast(text, "DATE");
  }
  if (type == "TIME") {
    return number ? Cast("make_timestamp_ns(" + whole + ")", "TIME") : Cast(text, "TIME");
  }
  if (type == "TIMESTAMP_NTZ") {
    return number ? "make_timestamp_ns(" + whole + ")" : Cast(text, "TIMESTAMP_NS");
  }
  if (type == "TIMESTAMP_LTZ") {
    return number ? "make_timestamptz(" + whole + " // 1000)" : Cast(text, "TIMESTAMPTZ");
  }
  if (type == "TIMESTAMP_TZ") return ZonedSql(text, number);
  if (type == "BINARY") return "unhex(" + text + ")";
  return text;
}

}  // namespace

std::string BindingSql(const Binding& binding, const std::string& text) {
  const auto first = std::find_if(binding.values.begin(), binding.values.end(),
                                  [](const auto& value) { return value.has_value(); });
  const std::string sample = first == binding.values.end() ? "" : **first;
  const bool number = IsInteger(std::string_view(sample).substr(0, sample.find(' ')));
  const auto type = UpperCase(binding.type);
  if (type == "FIXED") {
    const bool all_integers =
        std::all_of(binding.values.begin(), binding.values.end(),
                    [](const auto& value) { return !value || IsInteger(*value); });
    if (all_integers) return Cast(text, "BIGINT");
    const auto point = sample.find('.');
    const auto digits = point == std::string::npos ? 0 : sample.size() - point - 1;
    // Values of one column may have different scales; text keeps them exact until the column casts.
    if (binding.is_array) return text;
    return Cast(text, "DECIMAL(38," + std::to_string(std::min<std::size_t>(digits, 37)) + ")");
  }
  if (type == "REAL") return Cast(text, "DOUBLE");
  if (type == "BOOLEAN") return Cast(text, "BOOLEAN");
  return MomentSql(type, text, number);
}

std::string UploadedSql(const types::DataType& type, const std::string& text) {
  const auto name = types::LogicalName(type.kind);
  const auto value = Cast(text, "VARCHAR");
  if (MomentSql(name, value, true) == value) return text;
  if (name == "BINARY") return MomentSql(name, value, false);
  auto number = MomentSql(name, value, true);
  if (name == "DATE") {
    // Beyond the year 2969 the connector writes nanoseconds.
    const auto whole = Cast(value, "HUGEINT");
    number = "CASE WHEN " + whole + " < 31536000000000 THEN " + number +
             " ELSE DATE '1970-01-01' + " + Cast(whole + " // 86400000000000", "INTEGER") + " END";
  }
  return "CASE WHEN regexp_full_match(" + value + ", '-?[0-9]+( [0-9]+)?') THEN " + number +
         " ELSE " + MomentSql(name, value, false) + " END";
}

bool IsBulk(const Execution& execution) {
  return !execution.bind_stage.empty() ||
         std::any_of(execution.bindings.begin(), execution.bindings.end(),
                     [](const Binding& binding) { return binding.is_array; });
}

namespace {

Result<std::string> ValueSql(const Execution& execution, std::size_t position) {
  const auto& bindings = execution.bindings;
  if (position == 0 || position > bindings.size() || bindings[position - 1].values.empty()) {
    return SqlError(Code::kInvalid, 2049, "42601",
                    "SQL compilation error:\nbind variable " + std::to_string(position) +
                        " is not set; the statement came with " + std::to_string(bindings.size()) +
                        " values.");
  }
  const auto& binding = bindings[position - 1];
  const auto& value = binding.values.front();
  if (!value) return std::string("NULL");
  return BindingSql(binding, engine::QuoteText(*value));
}

}  // namespace

Result<std::string> PlaceBindings(Execution& execution, const std::string& sql,
                                  std::vector<std::unique_ptr<engine::Source>>& sources) {
  const bool bulk = IsBulk(execution);
  // In DuckDB's text `?` and `$n` stand outside of quotes of both kinds.
  std::string out;
  out.reserve(sql.size());
  std::size_t next = 1;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    if (c == '\'' || c == '"') {
      const auto close = std::min(sql.find(c, i + 1), sql.size() - 1);
      out.append(sql, i, close - i + 1);
      i = close;
      continue;
    }
    std::size_t position = 0;
    if (c == '?') {
      position = next++;
    } else if (c == '$' && i + 1 < sql.size() && IsDigit(sql[i + 1])) {
      std::size_t end = i + 1;
      while (end < sql.size() && IsDigit(sql[end]) && end - i < 7) ++end;
      position = std::stoul(sql.substr(i + 1, end - i - 1));
      i = end - 1;
    } else {
      out += c;
      continue;
    }
    if (bulk) {
      out += BulkColumn(execution, position);
      continue;
    }
    FIRN_TRY(const auto value, ValueSql(execution, position));
    out += value;
  }
  if (bulk) FIRN_CHECK(ReadBulkValues(execution, out, sources));
  return out;
}

}  // namespace firn::statements
