#include "engine/error_map.hpp"

#include <charconv>
#include <optional>

namespace firn::engine {
namespace {

constexpr std::string_view kMarker = "FIRN:";
constexpr int kNotNumeric = 100038;

/// One kind of text. "{}" in `pattern` takes what stands up to the next fixed part; "$1" in
/// `message` gives the first of them back, "$p" the place "line 1 at position 7".
struct Row {
  std::string_view pattern;
  Code code;
  int number;
  std::string_view state;
  std::string_view message;
};

// The first row that matches wins: special before general.
constexpr Row kRows[] = {
    {"No space left on device", Code::kExhausted, 0, "53100",
     "The disk that holds Firn's data is full. Free space or drop tables, then run the statement "
     "again."},
    {"Failed to commit DuckLake transaction", Code::kConflict, 625, "57014",
     "Another transaction changed the same rows or objects first, so this one was rolled back. "
     "Run it again."},
    {"onflict on ", Code::kConflict, 625, "57014",
     "Another transaction changed the same rows or objects first, so this one was rolled back. "
     "Run it again."},
    // Names.
    {"Table with name {} does not exist", Code::kNotFound, 2003, "42S02",
     "SQL compilation error:\nObject '$1' does not exist or not authorized."},
    {"View with name {} does not exist", Code::kNotFound, 2003, "42S02",
     "SQL compilation error:\nObject '$1' does not exist or not authorized."},
    {"Schema with name {} does not exist", Code::kNotFound, 2003, "02000",
     "SQL compilation error:\nSchema '$1' does not exist or not authorized."},
    {"Catalog \"{}\" does not exist", Code::kNotFound, 2003, "02000",
     "SQL compilation error:\nDatabase '$1' does not exist or not authorized."},
    {"Function with name {} does not exist", Code::kInvalid, 2140, "42601",
     "SQL compilation error:\nUnknown function $1"},
    {"Function with name {} is not in the catalog", Code::kInvalid, 2140, "42601",
     "SQL compilation error:\nUnknown function $1"},
    {"Type with name {} does not exist", Code::kInvalid, 2040, "42601",
     "SQL compilation error:\nUnsupported data type '$1'."},
    {"Referenced column \"{}\" not found", Code::kInvalid, 904, "42000",
     "SQL compilation error: error $p\ninvalid identifier '$1'"},
    {"does not have a column named \"{}\"", Code::kInvalid, 904, "42000",
     "SQL compilation error: error $p\ninvalid identifier '$1'"},
    {"Referenced table \"{}\" not found", Code::kInvalid, 904, "42000",
     "SQL compilation error: error $p\ninvalid identifier '$1'"},
    {"Referenced update column {} not found", Code::kInvalid, 904, "42000",
     "SQL compilation error: error $p\ninvalid identifier '$1'"},
    {"Ambiguous reference to column name \"{}\"", Code::kInvalid, 2028, "42601",
     "SQL compilation error:\nambiguous column name '$1'"},
    {"Table with name \"{}\" already exists", Code::kExists, 2002, "42710",
     "SQL compilation error:\nObject '$1' already exists."},
    {"View with name \"{}\" already exists", Code::kExists, 2002, "42710",
     "SQL compilation error:\nObject '$1' already exists."},
    {"Schema with name \"{}\" already exists", Code::kExists, 2002, "42710",
     "SQL compilation error:\nObject '$1' already exists."},
    {"{} already exists", Code::kExists, 2002, "42710",
     "SQL compilation error:\nThe object exists already."},
    {"column \"{}\" must appear in the GROUP BY clause", Code::kInvalid, 979, "42601",
     "SQL compilation error: error $p\n'$1' is not a valid group by expression"},
    // Syntax and shape.
    {"Parser Error: syntax error at end of input", Code::kInvalid, 1003, "42000",
     "SQL compilation error:\nsyntax error $p unexpected '<EOF>'."},
    {"Parser Error: syntax error at or near \"{}\"", Code::kInvalid, 1003, "42000",
     "SQL compilation error:\nsyntax error $p unexpected '$1'."},
    {"Parser Error: {}", Code::kInvalid, 1003, "42000", "SQL compilation error:\n$1"},
    {"No function matches the given name and argument types '{}'", Code::kInvalid, 1044, "42P13",
     "SQL compilation error: error $p\nInvalid argument types for function '$1'"},
    {"table {} has {} columns but {} values were supplied", Code::kInvalid, 2020, "21S01",
     "SQL compilation error:\nInsert value list does not match column list expecting $2 but got "
     "$3"},
    {"Column name/value mismatch for insert on {}: expected {} columns but {} values",
     Code::kInvalid, 2020, "21S01",
     "SQL compilation error:\nInsert value list does not match column list expecting $2 but got "
     "$3"},
    {"table \"firn:s\" has {} columns available but {} columns specified", Code::kInvalid, 2020,
     "21S01",
     "SQL compilation error:\nInsert value list does not match column list expecting $2 but got "
     "$1"},
    {"More than one row returned by a subquery", Code::kInvalid, 100090, "22000",
     "Single-row subquery returns more than one row."},
    // Files being loaded.
    {"CSV Error on Line: {}\n{}Expected Number of Columns: {} Found: {}\n", Code::kInvalid, 100080,
     "22000",
     "Number of columns in file ($4) does not match that of the corresponding table ($3), record "
     "$1."},
    {"CSV Error on Line: {}\nOriginal Line: {}\n{}\n", Code::kInvalid, 100069, "22000",
     "Record $1 of the file cannot be read: $3"},
    // Values.
    {"ivision by zero", Code::kInvalid, 100051, "22012", "Division by zero"},
    {"NOT NULL constraint failed: {}", Code::kInvalid, 100072, "22000",
     "NULL result in a non-nullable column"},
    {"onstraint Error: {}", Code::kInvalid, 100072, "22000", "A constraint is not met: $1"},
    {"invalid date field format: \"{}\"", Code::kInvalid, 100040, "22007",
     "Date '$1' is not recognized"},
    {"date field value out of range: \"{}\"", Code::kInvalid, 100040, "22007",
     "Date '$1' is not recognized"},
    {"invalid timestamp field format: \"{}\"", Code::kInvalid, 100035, "22007",
     "Timestamp '$1' is not recognized"},
    {"timestamp field value out of range: \"{}\"", Code::kInvalid, 100035, "22007",
     "Timestamp '$1' is not recognized"},
    {"Could not convert string '{}' to BOOL", Code::kInvalid, 100037, "22018",
     "Boolean value '$1' is not recognized"},
    {"time field value out of range: \"{}\"", Code::kInvalid, 100108, "22007",
     "Time '$1' is not recognized"},
    {"Could not convert Timestamp(US) to Timestamp(NS)", Code::kInvalid, 100035, "22007",
     "Timestamp is out of range: TIMESTAMP_NTZ(9) and TIMESTAMP_TZ reach from 1677-09-21 to "
     "2262-04-11. Declare the column TIMESTAMP_NTZ(6), which covers the years 1 to 9999."},
    {"Could not convert string '{}' to TIMESTAMP", Code::kInvalid, 100035, "22007",
     "Timestamp '$1' is not recognized"},
    {"Could not convert string '{}' to DATE", Code::kInvalid, 100040, "22007",
     "Date '$1' is not recognized"},
    {"Unimplemented type for cast ({} -> {})", Code::kInvalid, 2023, "22000",
     "SQL compilation error:\nExpression type does not match column data type, expecting $2 but "
     "got $1"},
    {"Could not convert string '{}' to ", Code::kInvalid, 100038, "22018",
     "Numeric value '$1' is not recognized"},
    {"Could not convert string \"{}\" to DECIMAL", Code::kInvalid, 100038, "22018",
     "Numeric value '$1' is not recognized"},
    {"Could not cast value {} to DECIMAL({})", Code::kInvalid, 100046, "22003",
     "Number out of representable range: type NUMBER($2), value $1"},
    {"with value {} can't be cast because the value is out of range for the destination type {}",
     Code::kInvalid, 100046, "22003", "Number out of representable range: type $2, value $1"},
    {"Casting value \"{}\" to type DECIMAL({}) failed", Code::kInvalid, 100046, "22003",
     "Number out of representable range: type NUMBER($2), value $1"},
    {"verflow in {}", Code::kInvalid, 100046, "22003", "Number out of representable range: $1"},
    {"Out of Range Error: {}", Code::kInvalid, 100046, "22003",
     "Number out of representable range: $1"},
    {"Malformed JSON {}", Code::kInvalid, 100069, "22P02", "Error parsing JSON: $1"},
    // The machine and other transactions.
    {"Interrupted!", Code::kCancelled, 604, "57014", "SQL execution canceled"},
    {"INTERRUPT Error", Code::kCancelled, 604, "57014", "SQL execution canceled"},
    {"urrent transaction is aborted", Code::kConflict, 90232, "22000",
     "A statement of this transaction failed, so it cannot go on. Run ROLLBACK and begin again."},
    {"max_temp_directory_size", Code::kExhausted, 0, "53100",
     "The statement needs more room for temporary data than there is. Free disk space, or make "
     "it read fewer rows or columns."},
    {"Out of Memory Error", Code::kExhausted, 0, "53200",
     "The statement needs more memory than the engine may use. Make it read fewer rows or "
     "columns, wait until other statements have ended, or raise the daemon's memory limit."},
    {"Permission Error", Code::kDenied, 3001, "42501",
     "SQL access control error:\nStatements cannot reach files, extensions or settings of the "
     "engine."},
    {"ecret type", Code::kDenied, 3001, "42501",
     "SQL access control error:\nStatements cannot reach files, extensions or settings of the "
     "engine."},
    {"the configuration has been locked", Code::kDenied, 3001, "42501",
     "SQL access control error:\nThe engine's settings cannot be changed."},
    {"IO Error: {}", Code::kInternal, 0, "58030",
     "The storage of the table data reported an error. The daemon's log names the file."},
    {"only supports a single UPDATE/DELETE action", Code::kInvalid, 2, "0A000",
     "Unsupported feature 'MERGE with more than one UPDATE or DELETE'."},
    {"Not implemented Error: {}", Code::kInvalid, 2, "0A000", "Unsupported feature '$1'."},
    {"INTERNAL Error: {}", Code::kInternal, 0, "",
     "The engine met an error of its own while it ran this statement; the daemon's log has it."},
    {"FATAL Error: {}", Code::kInternal, 0, "",
     "The engine met a fatal error and must be restarted; the daemon's log has it."},
    {"Binder Error: {}", Code::kInvalid, 1044, "42000", "SQL compilation error:\n$1"},
    {"Catalog Error: {}", Code::kInvalid, 2003, "42000", "SQL compilation error:\n$1"},
    {"Conversion Error: {}", Code::kInvalid, 100038, "22018", "$1"},
};

/// The texts behind each "{}", or nothing when `pattern` is not in `text`.
std::optional<std::vector<std::string_view>> Match(std::string_view pattern,
                                                   std::string_view text) {
  std::vector<std::string_view> found;
  std::size_t at = 0;
  bool open = false;  // a "{}" waits for its end
  bool first = true;
  while (true) {
    const auto hole = pattern.find("{}");
    const auto fixed = pattern.substr(0, hole);
    const auto begin =
        fixed.empty() && hole == std::string_view::npos ? text.size() : text.find(fixed, at);
    if (begin == std::string_view::npos) return std::nullopt;
    if (open) found.push_back(text.substr(at, begin - at));
    if (!first && !open && begin != at) return std::nullopt;
    at = begin + fixed.size();
    first = false;
    if (hole == std::string_view::npos) return found;
    open = true;
    pattern.remove_prefix(hole + 2);
  }
}

/// "line 1 at position 7" from DuckDB's "LINE 1: …" and the caret below it.
std::string Place(std::string_view excerpt) {
  constexpr std::string_view kUnknown = "line 1 at position 0";
  if (!excerpt.starts_with("LINE ")) return std::string(kUnknown);
  const auto colon = excerpt.find(": ");
  const auto end = excerpt.find('\n');
  if (colon == std::string_view::npos || end == std::string_view::npos) {
    return std::string(kUnknown);
  }
  const auto line = excerpt.substr(5, colon - 5);
  const auto caret = excerpt.find('^', end);
  const auto start = colon + 2;
  if (caret == std::string_view::npos || caret < end + 1 + start ||
      excerpt.substr(start).starts_with("...")) {
    return "line " + std::string(line) + " at position 0";
  }
  return "line " + std::string(line) + " at position " + std::to_string(caret - end - 1 - start);
}

/// A number in form, so what was wrong with it is its size.
bool IsNumber(std::string_view text) {
  double value = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  return end == text.data() + text.size() && !text.empty() && bad != std::errc::invalid_argument;
}

std::string Fill(std::string_view message, const std::vector<std::string_view>& found,
                 const std::string& place) {
  std::string text;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (message[i] != '$' || i + 1 == message.size()) {
      text += message[i];
    } else if (message[++i] == 'p') {
      text += place;
    } else if (const auto index = static_cast<std::size_t>(message[i] - '1');
               index < found.size()) {
      text += found[index];
    }
  }
  return text;
}

/// FIRN:<number>:<sqlstate>:<message> at the start of `text`.
std::optional<Error> Decode(std::string_view text) {
  if (!text.starts_with(kMarker)) return std::nullopt;
  text.remove_prefix(kMarker.size());
  int number = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (bad != std::errc() || !text.starts_with(':')) return std::nullopt;
  const auto colon = text.find(':', 1);
  if (colon == std::string_view::npos) return std::nullopt;
  Code code = Code::kInvalid;
  for (const auto& row : kRows) {
    if (row.number == number && number != 0) {
      code = row.code;
      break;
    }
  }
  return SqlError(code, number, text.substr(1, colon - 1), std::string(text.substr(colon + 1)));
}

}  // namespace

std::string ErrorMap::Scrub(std::string text) const {
  for (const auto& path : private_paths_) {
    if (path.empty()) continue;
    for (auto at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
      const auto end = text.find_first_of("\"' \n,)", at);
      text.replace(at, (end == std::string::npos ? text.size() : end) - at, "<storage>");
    }
  }
  return text;
}

Error ErrorMap::Map(std::string_view text) const {
  const auto excerpt_at = text.find("\n\nLINE ");
  const auto excerpt =
      excerpt_at == std::string_view::npos ? std::string_view() : text.substr(excerpt_at + 2);
  const auto place = Place(excerpt);
  text = text.substr(0, excerpt_at);
  const auto kind_end = text.find("Error: ");
  const auto body = kind_end == std::string_view::npos ? text : text.substr(kind_end + 7);
  if (auto ours = Decode(body)) return *std::move(ours);
  for (const auto& row : kRows) {
    if (const auto found = Match(row.pattern, text)) {
      if (row.number == kNotNumeric && found->size() == 1 &&
          excerpt.find("TIMESTAMP_") != std::string_view::npos &&
          text.find("to INT64") != std::string_view::npos) {
        // DuckDB's cast to the rarer timestamps says INT64; the statement tells them apart.
        return SqlError(Code::kInvalid, 100035, "22007",
                        Scrub("Timestamp '" + std::string(found->front()) + "' is not recognized"));
      }
      if (row.number == kNotNumeric && !found->empty() && IsNumber(found->front())) {
        return SqlError(
            Code::kInvalid, 100039, "22003",
            Scrub("Numeric value '" + std::string(found->front()) + "' is out of range"));
      }
      return SqlError(row.code, row.number, row.state, Scrub(Fill(row.message, *found, place)));
    }
  }
  return Error{Code::kInvalid, Scrub(std::string(body))};
}

std::string EncodeError(const Error& error) {
  return std::string(kMarker) + std::to_string(error.sql_number) + ":" + error.sql_state + ":" +
         error.message;
}

}  // namespace firn::engine
