#pragma once

#include <string>
#include <vector>

#include "engine/ingest.hpp"
#include "stages/stage_service.hpp"
#include "statements/execution.hpp"
#include "statements/file_format.hpp"
#include "statements/stage_location.hpp"

namespace firn::statements {

/// One item of COPY INTO t FROM (SELECT $1:"a"::NUMBER, $2, … FROM @stage).
struct CopyField {
  int position = 1;  ///< of $n
  std::string path;  ///< the name behind ':'; empty for a plain $n
  std::optional<types::DataType> cast;
};

enum class OnError { kAbort, kContinue, kSkipFile };

/// COPY INTO table [(columns)] FROM @stage | (SELECT …) FILES PATTERN FILE_FORMAT options
struct CopyStatement {
  enum class Match { kNone, kSameCase, kAnyCase };
  std::shared_ptr<const catalog::Object> table;
  std::vector<std::string> columns;
  StageLocation location;
  std::vector<CopyField> fields;  ///< empty: the file's columns as they come
  std::string select;             ///< instead: the list of a SELECT with more than fields
  std::vector<std::string> files;
  std::optional<std::string> pattern;
  FormatOptions format;
  Match match_by_name = Match::kNone;
  bool purge = false;
  bool force = false;  ///< also what was loaded before
  OnError on_error = OnError::kAbort;
  std::int64_t bad_rows_limit = 1;  ///< kSkipFile: so many bad rows, or …
  bool limit_is_percent = false;    ///< … so many of a hundred
};

Result<CopyStatement> ParseCopy(Execution& execution);
Result<std::vector<stages::StageFile>> FilesToLoad(Execution& execution, const CopyStatement& copy);
/// `copy.select` over an opened file, as DuckDB's SQL.
Result<std::string> SelectSql(Execution& execution, const CopyStatement& copy,
                              const std::vector<engine::Column>& columns,
                              const std::string& source);
/// A field as an expression over the file's columns.
Result<std::string> FieldSql(const CopyField& field, const std::vector<engine::Column>& columns);
/// What a file holds as the column's type: text of a CSV is read by the type's own rules.
Result<std::string> CoerceFromFile(const types::DataType& type, const std::string& expression,
                                   const FormatOptions& format);
/// The same, NULL for what does not fit; `expression` itself where everything does. The formats of
/// times must have passed CoerceFromFile.
std::string TryFromFile(const types::DataType& type, const std::string& expression,
                        const FormatOptions& format);
/// Whether a DATE_FORMAT, TIME_FORMAT or TIMESTAMP_FORMAT other than AUTO holds for the type.
bool HasTimeFormat(const types::DataType& type, const FormatOptions& format);

}  // namespace firn::statements
