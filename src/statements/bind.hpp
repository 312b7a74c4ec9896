#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "sql/translator.hpp"
#include "statements/execution.hpp"
#include "statements/output_types.hpp"

namespace firn::statements {

/// A query (or UPDATE, DELETE, MERGE) ready for DuckDB: names resolved, access checked, views
/// opened, values in place.
struct BoundStatement {
  sql::Translation::Kind kind = sql::Translation::Kind::kQuery;
  std::string sql;
  std::vector<std::string> physical_tables;              ///< all that it may touch
  std::vector<std::unique_ptr<engine::Source>> sources;  ///< what firn_scan reads; keep until run
  std::shared_ptr<const catalog::Object> target;         ///< of UPDATE, DELETE, MERGE
  std::vector<std::string> columns;                      ///< every column name mentioned
  KnownColumns outputs;                                  ///< of a query, for WithDeclaredTypes
};

/// Translates and binds one statement. `as_query` refuses everything that is not a query.
/// Errors: the translator's, the catalog's, access's.
Result<BoundStatement> Bind(Execution& execution, std::string_view text, bool as_query);

/// The default of a column as an expression: of functions that a query may call, reading no table.
Result<std::string> BindDefault(Execution& execution, const std::string& default_sql);

/// The last look before DuckDB: the text does what was asked, to the target that was bound, and
/// what DuckDB says it touches is what was allowed.
Status CheckTouched(engine::Connection& connection, const BoundStatement& bound);

/// The object of that name, a temporary one of the session first.
Result<std::shared_ptr<const catalog::Object>> FindObject(Execution& execution,
                                                          catalog::ObjectKind kind,
                                                          const std::vector<std::string>& parts);

}  // namespace firn::statements
