#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog_service.hpp"

namespace firn::statements {

/// The name under which a policy's body reads the row that it is asked about.
inline constexpr std::string_view kRow = "\"firn row\"";

/// The body as a query in Snowflake's dialect, SELECT (body) AS V, with each argument replaced by a
/// column of kRow. A name that is an argument's means the argument wherever it stands alone: also
/// in a subquery whose table has a column of that name. Errors: those of the lexer.
Result<std::string> PolicyQuery(std::string_view body,
                                const std::vector<catalog::ColumnInfo>& arguments,
                                const std::vector<std::string>& columns);

/// The expression of a bound PolicyQuery, with its parentheses. Errors: kInternal when the text is
/// anything but one parenthesised expression: the translator is not trusted with that.
Result<std::string> PolicyExpression(std::string_view duckdb_sql);

}  // namespace firn::statements
