#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace firn::sql {

/// What a SELECT reads from: where its columns come from.
struct OutputSource {
  enum class From { kNothingKnown, kTable, kResultScan, kScope };
  std::string alias;
  From from = From::kNothingKnown;
  std::size_t index = 0;             ///< of the table slot, the result scan or the scope
  bool nullable = false;             ///< the side of an outer join that may be missing
  std::vector<std::string> columns;  ///< new names, from the left
  std::vector<std::string> merged;   ///< columns of USING, which `*` gives once
};

/// One item of a SELECT's list.
struct Output {
  enum class Kind { kStar, kColumn, kType, kUnknown };
  Kind kind = Kind::kUnknown;
  std::string name;       ///< of the result column; empty when it is not known here
  std::string qualifier;  ///< of kStar and kColumn; or empty
  std::string of;         ///< kColumn: the column; kType: Snowflake's type
  bool nullable = false;
  std::vector<std::string> excluded;  ///< kStar
};

/// A SELECT, VALUES or set operation of a statement, with what it says of its columns.
struct OutputScope {
  std::vector<std::size_t> united;  ///< of a set operation: earlier scopes; else empty
  std::vector<OutputSource> sources;
  std::optional<std::vector<Output>> outputs;  ///< nothing when the columns cannot be told
};

}  // namespace firn::sql
