#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/names.hpp"
#include "types/data_type.hpp"

namespace firn::types {
namespace {

enum class Arguments { kNone, kPrecisionScale, kLength, kScale };

struct Name {
  std::string_view text;
  DataType type;
  Arguments arguments;
};

constexpr DataType Number() { return {.kind = Kind::kNumber}; }
constexpr DataType Integer() { return {.kind = Kind::kNumber, .stored_as_int64 = true}; }
constexpr DataType Text(std::int64_t length) { return {.kind = Kind::kText, .length = length}; }
constexpr DataType Binary() { return {.kind = Kind::kBinary, .length = kMaxBinaryLength}; }
constexpr DataType Timed(Kind kind) { return {.kind = kind, .scale = 9}; }
constexpr DataType Plain(Kind kind) { return {.kind = kind}; }

const auto kNames = std::to_array<Name>({
    {"NUMBER", Number(), Arguments::kPrecisionScale},
    {"DECIMAL", Number(), Arguments::kPrecisionScale},
    {"DEC", Number(), Arguments::kPrecisionScale},
    {"NUMERIC", Number(), Arguments::kPrecisionScale},
    {"INT", Integer(), Arguments::kNone},
    {"INTEGER", Integer(), Arguments::kNone},
    {"BIGINT", Integer(), Arguments::kNone},
    {"SMALLINT", Integer(), Arguments::kNone},
    {"TINYINT", Integer(), Arguments::kNone},
    {"BYTEINT", Integer(), Arguments::kNone},
    {"FLOAT", Plain(Kind::kFloat), Arguments::kNone},
    {"FLOAT4", Plain(Kind::kFloat), Arguments::kNone},
    {"FLOAT8", Plain(Kind::kFloat), Arguments::kNone},
    {"DOUBLE", Plain(Kind::kFloat), Arguments::kNone},
    {"DOUBLE PRECISION", Plain(Kind::kFloat), Arguments::kNone},
    {"REAL", Plain(Kind::kFloat), Arguments::kNone},
    {"VARCHAR", Text(kMaxTextLength), Arguments::kLength},
    {"STRING", Text(kMaxTextLength), Arguments::kLength},
    {"TEXT", Text(kMaxTextLength), Arguments::kLength},
    {"NVARCHAR", Text(kMaxTextLength), Arguments::kLength},
    {"NVARCHAR2", Text(kMaxTextLength), Arguments::kLength},
    {"CHAR VARYING", Text(kMaxTextLength), Arguments::kLength},
    {"NCHAR VARYING", Text(kMaxTextLength), Arguments::kLength},
    {"CHARACTER VARYING", Text(kMaxTextLength), Arguments::kLength},
    {"CHAR", Text(1), Arguments::kLength},
    {"CHARACTER", Text(1), Arguments::kLength},
    {"NCHAR", Text(1), Arguments::kLength},
    {"BINARY", Binary(), Arguments::kLength},
    {"VARBINARY", Binary(), Arguments::kLength},
    {"BINARY VARYING", Binary(), Arguments::kLength},
    {"BOOLEAN", Plain(Kind::kBoolean), Arguments::kNone},
    {"BOOL", Plain(Kind::kBoolean), Arguments::kNone},
    {"DATE", Plain(Kind::kDate), Arguments::kNone},
    {"TIME", Timed(Kind::kTime), Arguments::kScale},
    {"DATETIME", Timed(Kind::kTimestampNtz), Arguments::kScale},
    {"TIMESTAMP", Timed(Kind::kTimestampNtz), Arguments::kScale},
    {"TIMESTAMP_NTZ", Timed(Kind::kTimestampNtz), Arguments::kScale},
    {"TIMESTAMPNTZ", Timed(Kind::kTimestampNtz), Arguments::kScale},
    {"TIMESTAMP WITHOUT TIME ZONE", Timed(Kind::kTimestampNtz), Arguments::kScale},
    {"TIMESTAMP_LTZ", Timed(Kind::kTimestampLtz), Arguments::kScale},
    {"TIMESTAMPLTZ", Timed(Kind::kTimestampLtz), Arguments::kScale},
    {"TIMESTAMP WITH LOCAL TIME ZONE", Timed(Kind::kTimestampLtz), Arguments::kScale},
    {"TIMESTAMP_TZ", Timed(Kind::kTimestampTz), Arguments::kScale},
    {"TIMESTAMPTZ", Timed(Kind::kTimestampTz), Arguments::kScale},
    {"TIMESTAMP WITH TIME ZONE", Timed(Kind::kTimestampTz), Arguments::kScale},
    {"VARIANT", Plain(Kind::kVariant), Arguments::kNone},
    {"OBJECT", Plain(Kind::kObject), Arguments::kNone},
    {"ARRAY", Plain(Kind::kArray), Arguments::kNone},
});

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// "TIMESTAMP (3)  with time zone" as its words and its numbers.
struct Parts {
  std::string words;
  std::optional<std::vector<std::int64_t>> numbers;
};

std::optional<std::vector<std::int64_t>> ParseNumbers(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto skip = [&] {
    while (at != end && IsSpace(*at)) ++at;
  };
  while (true) {
    skip();
    std::int64_t number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number < 0) return std::nullopt;
    numbers.push_back(number);
    at = next;
    skip();
    if (at == end) return numbers;
    if (*at++ != ',') return std::nullopt;
  }
}

std::optional<Parts> Split(std::string_view text) {
  Parts parts;
  bool gap = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsSpace(text[i])) {
      gap = true;
    } else if (text[i] == '(') {
      const auto close = text.find(')', i);
      if (close == std::string_view::npos || parts.numbers) return std::nullopt;
      parts.numbers = ParseNumbers(text.substr(i + 1, close - i - 1));
      if (!parts.numbers) return std::nullopt;
      i = close;
      gap = true;
    } else {
      if (gap && !parts.words.empty()) parts.words += ' ';
      gap = false;
      parts.words += text[i];
    }
  }
  parts.words = UpperCase(parts.words);
  return parts;
}

Error Unknown(std::string_view text) {
  return SqlError(Code::kInvalid, 2040, "42601",
                  "SQL compilation error:\nUnsupported data type '" + UpperCase(text) + "'.");
}

Error OutOfRange(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high,
                 std::string_view type) {
  return SqlError(Code::kInvalid, 0, "42601",
                  "SQL compilation error:\nInvalid " + std::string(what) + " " +
                      std::to_string(value) + " for type " + std::string(type) +
                      ". It must be between " + std::to_string(low) + " and " +
                      std::to_string(high) + ".");
}

Result<DataType> Apply(const Name& name, const std::vector<std::int64_t>& numbers,
                       std::string_view text) {
  DataType type = name.type;
  const std::size_t allowed = name.arguments == Arguments::kNone             ? 0
                              : name.arguments == Arguments::kPrecisionScale ? 2
                                                                             : 1;
  if (numbers.size() > allowed) return Unknown(text);
  const std::int64_t first = numbers.front();
  switch (name.arguments) {
    case Arguments::kNone: break;
    case Arguments::kPrecisionScale: {
      if (first < 1 || first > 38) return OutOfRange("precision", first, 1, 38, name.text);
      const std::int64_t scale = numbers.size() == 2 ? numbers[1] : 0;
      const std::int64_t highest = first < 37 ? first : 37;
      if (scale > highest) return OutOfRange("scale", scale, 0, highest, name.text);
      type.precision = static_cast<int>(first);
      type.scale = static_cast<int>(scale);
      break;
    }
    case Arguments::kLength: {
      const auto limit = type.kind == Kind::kText ? kMaxTextLength : kMaxBinaryLength;
      if (first < 1 || first > limit) return OutOfRange("length", first, 1, limit, name.text);
      type.length = first;
      break;
    }
    case Arguments::kScale:
      if (first > 9) return OutOfRange("precision", first, 0, 9, name.text);
      type.scale = static_cast<int>(first);
      break;
  }
  return type;
}

}  // namespace

Result<DataType> Parse(std::string_view text) {
  const auto parts = Split(text);
  if (!parts) return Unknown(text);
  for (const Name& name : kNames) {
    if (name.text != parts->words) continue;
    if (!parts->numbers) return name.type;
    return Apply(name, *parts->numbers, text);
  }
  return Unknown(text);
}

}  // namespace firn::types
