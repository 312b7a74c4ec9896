#pragma once

#include <optional>
#include <vector>

#include "catalog/catalog_service.hpp"
#include "engine/engine.hpp"
#include "results/result_set.hpp"
#include "sql/outputs.hpp"

namespace firn::statements {

/// A column as far as it is known before DuckDB has said what it is.
struct KnownColumn {
  results::ResultColumn column;
  bool is_typed = false;  ///< else column.type says nothing
};

/// Nothing when it is not known how many columns there are.
using KnownColumns = std::optional<std::vector<KnownColumn>>;

/// What the slots of a translation turned out to be, by their indexes.
struct SlotColumns {
  std::vector<KnownColumns> tables;
  std::vector<KnownColumns> result_scans;
};

KnownColumns ColumnsOf(const catalog::Object& table_or_view);
KnownColumns ColumnsOf(const std::vector<results::ResultColumn>& result);

/// The columns that a query has by what the translator says of it. It is not trusted: only
/// WithDeclaredTypes may use this.
KnownColumns ResolveOutputs(const std::vector<sql::OutputScope>& scopes, const SlotColumns& slots);

/// DuckDB's columns under their declared types. What is known counts only when it names the same
/// columns, and a type only when DuckDB stores the column as that type is stored: so the worst that
/// a wrong answer of the translator can do is a wrong length.
std::vector<results::ResultColumn> WithDeclaredTypes(const std::vector<engine::Column>& made,
                                                     const KnownColumns& known);

}  // namespace firn::statements
