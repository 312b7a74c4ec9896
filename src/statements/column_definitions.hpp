#pragma once

#include <vector>

#include "base/result.hpp"
#include "catalog/catalog_service.hpp"
#include "sql/cursor.hpp"

namespace firn::statements {

/// The parenthesised column list of CREATE TABLE at the cursor. `typed` becomes false for a list of
/// names alone (CREATE TABLE t (a, b) AS …). Keys are recorded and, as in Snowflake, not enforced.
Result<std::vector<catalog::ColumnInfo>> ParseColumnDefinitions(sql::Cursor& cursor, bool& typed);

/// A type at the cursor: NUMBER(10, 2), DOUBLE PRECISION, TIMESTAMP WITH TIME ZONE.
Result<types::DataType> ParseType(sql::Cursor& cursor);

/// Errors: Snowflake's 2025 for a name that occurs twice; kInvalid for two that differ only by
/// case, which the storage cannot keep apart.
Status CheckColumnNames(const std::vector<catalog::ColumnInfo>& columns);

}  // namespace firn::statements
