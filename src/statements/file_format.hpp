#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "engine/ingest.hpp"
#include "sql/cursor.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// Options of a file format as written, by upper-case name; lists are joined by '\n'.
using FormatOptions = std::map<std::string, std::string>;

/// TYPE = CSV FIELD_DELIMITER = ';' … up to the end or to a word that is no option of a format.
/// Errors: kInvalid for an option that exists in Snowflake but not here, naming it.
Result<FormatOptions> ParseFormatOptions(sql::Cursor& cursor);
/// The same in parentheses: FILE_FORMAT = (FORMAT_NAME = x) or (TYPE = …); named formats are
/// looked up and the options beside the name go on top.
Result<FormatOptions> ParseFileFormat(Execution& execution, sql::Cursor& cursor);
Result<FormatOptions> FindFileFormat(Execution& execution, const sql::NameParts& name);

std::string FormatToJson(const FormatOptions& options);
FormatOptions FormatFromJson(const std::string& json);

/// Errors: kInvalid for a TYPE that Firn cannot read.
Result<engine::FileFormat> ToEngine(const FormatOptions& options);

}  // namespace firn::statements
