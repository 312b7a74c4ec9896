#include "cli/values.hpp"

#include <time.h>

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace firn::cli {
namespace {

namespace json = boost::json;

constexpr std::int64_t kDayS = 86'400;

std::int64_t ToInteger(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Seconds rounded down and the digits behind them; -0.25 is -1 and "75".
struct Instant {
  std::int64_t seconds = 0;
  std::string fraction;
};

Instant ParseInstant(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  Instant out{ToInteger(text.substr(0, dot)), ""};
  if (dot != std::string_view::npos) out.fraction = text.substr(dot + 1);
  if (!negative) return out;
  out.seconds = -out.seconds;
  if (out.fraction.find_first_not_of('0') == std::string::npos) return out;
  out.seconds -= 1;
  // The complement of the digits: nines, and ten for the last that is not zero.
  const auto last = out.fraction.find_last_not_of('0');
  for (std::size_t i = 0; i <= last; ++i) {
    out.fraction[i] = static_cast<char>('0' + (i == last ? 10 : 9) - (out.fraction[i] - '0'));
  }
  return out;
}

/// ".5", or nothing for a whole second.
std::string FractionText(std::string fraction) {
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? fraction : "." + fraction;
}

std::string DateText(std::int64_t days) {
  // The civil calendar from days since 1970, in eras of 400 years.
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const auto day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const auto month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const auto year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::array<char, 72> out{};
  std::snprintf(out.data(), out.size(), "%04lld-%02lld-%02lld", static_cast<long long>(year),
                static_cast<long long>(month), static_cast<long long>(day));
  return out.data();
}

std::string ClockText(std::int64_t seconds) {
  std::array<char, 72> out{};
  std::snprintf(out.data(), out.size(), "%02lld:%02lld:%02lld",
                static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                static_cast<long long>(seconds % 60));
  return out.data();
}

std::string TimestampText(const Instant& instant, std::int64_t offset_s) {
  const auto local = instant.seconds + offset_s;
  auto days = local / kDayS;
  if (local % kDayS < 0) --days;
  return DateText(days) + " " + ClockText(local - days * kDayS) + FractionText(instant.fraction);
}

std::string OffsetText(std::int64_t offset_s) {
  const auto minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
  std::array<char, 16> out{};
  std::snprintf(out.data(), out.size(), " %c%02d%02d", offset_s < 0 ? '-' : '+',
                static_cast<int>(minutes / 60 % 100), static_cast<int>(minutes % 60));
  return out.data();
}

/// Seconds east of UTC at that time. The C library knows zones only by the variable TZ, which this
/// single-threaded part of the program may set.
std::int64_t OffsetAt(std::int64_t seconds, const std::string& zone) {
  if (zone.empty() || zone == "UTC" || zone == "Etc/UTC") return 0;
  setenv("TZ", (":" + zone).c_str(), 1);
  tzset();
  const auto at = static_cast<time_t>(seconds);
  struct tm parts {};
  return localtime_r(&at, &parts) == nullptr ? 0 : parts.tm_gmtoff;
}

}  // namespace

std::string ValueText(const Column& column, std::string_view value, const std::string& time_zone) {
  const auto& type = column.type;
  if (type == "boolean") return value == "1" || value == "true" ? "true" : "false";
  if (type == "date") return DateText(ToInteger(value));
  if (type == "time") {
    const auto instant = ParseInstant(value);
    return ClockText(instant.seconds) + FractionText(instant.fraction);
  }
  if (type == "timestamp_ntz") return TimestampText(ParseInstant(value), 0);
  if (type == "timestamp_ltz") {
    const auto instant = ParseInstant(value);
    const auto offset_s = OffsetAt(instant.seconds, time_zone);
    return TimestampText(instant, offset_s) + OffsetText(offset_s);
  }
  if (type == "timestamp_tz") {
    const auto space = value.find(' ');
    const auto minutes =
        space == std::string_view::npos ? 1440 : ToInteger(value.substr(space + 1));
    const auto offset_s = (minutes - 1440) * 60;
    return TimestampText(ParseInstant(value.substr(0, space)), offset_s) + OffsetText(offset_s);
  }
  return std::string(value);
}

bool IsNumber(const Column& column) { return column.type == "fixed" || column.type == "real"; }

std::string ValueJson(const Column& column, std::string_view value, const std::string& time_zone) {
  if (column.type == "boolean") return ValueText(column, value, time_zone);
  const bool nested = column.type == "variant" || column.type == "object" || column.type == "array";
  if (nested || IsNumber(column)) {
    boost::system::error_code failed;
    json::parse(value, failed);  // NaN and inf are no JSON
    if (!failed) return std::string(value);
  }
  return JsonText(ValueText(column, value, time_zone));
}

std::string JsonText(std::string_view text) { return json::serialize(json::string(text)); }

std::string CsvField(std::string_view text) {
  const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos && !text.empty() &&
                     text.front() != ' ' && text.back() != ' ';
  if (plain) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace firn::cli
