#pragma once

#include <string>

#include "types/data_type.hpp"

namespace firn::statements {

/// The DuckDB expression `text` as it may be stored in a column of the type: too long text is an
/// error, text in a VARIANT is a JSON string, a time with a zone keeps its offset. What DuckDB's
/// own cast at INSERT does right is left to it.
std::string Coerce(const types::DataType& type, const std::string& text);

/// The same for UPDATE and MERGE, as the name of a function of one argument. Lengths are not
/// looked at.
std::string StoringFunction(const types::DataType& type);

}  // namespace firn::statements
