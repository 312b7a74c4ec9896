#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// The alias under which the rows of a bulk insert are read.
inline constexpr std::string_view kBulkAlias = "\"firn:bulk\"";

/// What stands for the n-th `?` of a bulk insert: its column as the binding's type.
std::string BulkColumn(const Execution& execution, std::size_t position);

/// Adds the FROM clause that reads the rows of executemany to `sql`: VARCHAR columns c1, c2, … from
/// the arrays in the request, or from the CSV files on the bind stage.
Status ReadBulkValues(Execution& execution, std::string& sql,
                      std::vector<std::unique_ptr<engine::Source>>& sources);

}  // namespace firn::statements
