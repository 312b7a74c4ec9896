#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace firn::statements {

/// A line of the query history, as statements tell of it. What keeps it lies above this module.
struct PastQuery {
  std::string id, text, database, schema, user, role, warehouse, tag;
  std::int64_t session_id = 0;
  std::string state;  ///< RUNNING, SUCCESS, FAILED_WITH_ERROR
  int statement_type = 0;
  int error_number = 0;
  std::string error_message;
  std::int64_t start_ms = 0, end_ms = 0;
  std::int64_t rows = 0;
};

/// Which lines: the newest first.
struct PastQueries {
  std::optional<std::string> user;  ///< nothing: everybody's
  std::optional<std::int64_t> session_id;
  std::int64_t limit = 100;
};

}  // namespace firn::statements
