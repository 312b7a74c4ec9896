#pragma once

#include <string>
#include <vector>

#include "engine/ingest.hpp"
#include "statements/connections.hpp"
#include "statements/copy_source.hpp"

namespace firn::statements {

/// Which expression over the file's columns goes to which column of the table.
struct Mapped {
  const catalog::ColumnInfo* column = nullptr;
  std::string expression;
};

/// The rows of a file that cannot be loaded.
struct BadRows {
  std::int64_t count = 0;
  std::int64_t parsed = 0;  ///< all rows of the file
  std::int64_t line = 0;    ///< of the first
  std::string column;
  std::string message;
};

/// A row is good when each of its values fits its column: the condition over the file's columns.
std::string IsGoodRow(const std::vector<Mapped>& mapped, const FormatOptions& format);

/// Reads a whole file that was opened with skip_bad_rows and number_rows, and loads nothing.
Result<BadRows> FindBadRows(Execution& execution, engine::FileScan& scan,
                            const std::vector<Mapped>& mapped, const FormatOptions& format);

/// The DuckDB type as which a CSV column for a column of the type is read where no row may be
/// bad, which is quicker: as wide as a cast of the text would be. Empty: as text.
std::string ReadAs(const types::DataType& type, const FormatOptions& format);

}  // namespace firn::statements
