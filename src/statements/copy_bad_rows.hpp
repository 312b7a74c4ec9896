#pragma once

#include <filesystem>
#include <string>

#include "engine/ingest.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// The DuckDB type as which a CSV column for a column of the type is read where a row that does not
/// fit must be found: as wide as a cast of the text would be. Empty: as text.
std::string ReadAs(const types::DataType& type);

/// Where the first row of a CSV file stands that `format.read_as` cannot read, as
/// "\n  Line 17, column A: …". Reads the file once more. Empty when every row can be read.
std::string PlaceOfBadRow(Execution& execution, const std::filesystem::path& file,
                          engine::FileFormat format);

}  // namespace firn::statements
