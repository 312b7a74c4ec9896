#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// A DuckDB expression of the binding's type, made from `text`, an expression that holds one of its
/// values as VARCHAR.
std::string BindingSql(const Binding& binding, const std::string& text);

/// A value of any kind that was uploaded for a column of that type, as text.
std::string UploadedSql(const types::DataType& type, const std::string& text);

/// Puts the statement's values where the translated text has `?` or `$n`. Values for many rows
/// become an Arrow source which the text then reads, a column for each `?`.
Result<std::string> PlaceBindings(Execution& execution, const std::string& sql,
                                  std::vector<std::unique_ptr<engine::Source>>& sources);

/// True when the values are for many rows (executemany) or were uploaded to a stage.
bool IsBulk(const Execution& execution);

}  // namespace firn::statements
