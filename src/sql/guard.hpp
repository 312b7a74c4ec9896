#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::sql {

/// What a DuckDB statement does, read from its text and not from the translator's word.
enum class Verb { kQuery, kInsert, kUpdate, kDelete, kMerge };

/// The guard is the last look at a statement before DuckDB runs it, whoever wrote it. A statement
/// runs only when all four agree. Everything is denied that is not known to be harmless.
///
/// Exactly one statement (one ';' may end it) that begins with SELECT, WITH, FROM, VALUES, INSERT,
/// UPDATE, DELETE or MERGE. Errors: kInvalid (2, 0A000) "Unsupported statement …".
Result<Verb> StatementVerb(std::string_view duckdb_sql);

/// Refuses every call, in any form of writing, of a function that guard_functions.inc does not
/// list; firn_scan only of a name in `scans`. Includes StatementVerb's rules, and refuses texts in
/// the place of a table. Errors: kInvalid, Snowflake's 2140 "Unknown function X".
Status CheckFunctions(std::string_view duckdb_sql, const std::vector<std::string>& scans = {});

/// Refuses every name in the place of a table, targets included, that is neither a CTE of the
/// statement nor in `allowed` (as "lake"."FIRN.PUBLIC"."T"). This finds what TableNames does not
/// report: the targets of INSERT, UPDATE, DELETE and MERGE, and DuckDB's own views
/// (duckdb_tables, sqlite_master, information_schema.*). Errors: kNotFound (2003, 42S02).
Status CheckRelations(std::string_view duckdb_sql, const std::vector<std::string>& allowed);

/// Refuses a text that does not do what the translator said it does: another verb than `verb`, or
/// rows changed in another table than `target` (as in `allowed`; empty for a query). Errors:
/// kInternal.
Status CheckChange(std::string_view duckdb_sql, Verb verb, std::string_view target);

/// What a change does to the rows of its target: its own verb, or the actions of a MERGE, which
/// need a privilege each. Empty for a query.
Result<std::vector<Verb>> ChangesMade(std::string_view duckdb_sql);

/// Refuses when DuckDB says (engine::Connection::TableNames) that the statement touches a table
/// that is not in `allowed`. Quoting does not matter, case does. Errors: kNotFound (2003, 42S02).
Status CheckTables(const std::vector<std::string>& touched,
                   const std::vector<std::string>& allowed);

}  // namespace firn::sql
