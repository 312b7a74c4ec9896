#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace firn::cli {

struct Column {
  std::string name;
  std::string type;  ///< as the protocol says it: fixed, real, text, timestamp_tz …
  int scale = 0;
};

using Row = std::vector<std::optional<std::string>>;

/// Files that a PUT or GET statement wants moved.
struct Transfer {
  bool upload = false;
  bool compress = false;           ///< the address is for the file as gzip
  std::vector<std::string> names;  ///< upload: a path here; download: paths on the stage
  std::vector<std::string> urls;   ///< one for each name
  std::string folder;              ///< of a download
};

/// What came of a statement.
struct Answer {
  std::string query_id;
  std::vector<Column> columns;
  std::vector<Row> rows;  ///< values as the protocol writes them (values.hpp makes text)
  std::int64_t total_rows = 0;
  std::vector<std::string> chunk_urls;  ///< where the rows are that did not come with the answer
  std::optional<Transfer> transfer;
  std::string time_zone = "UTC";  ///< of the session
};

/// The `data` of a protocol answer: an object with code, message, data, success.
/// `pending` gets the address to ask again while the statement runs.
/// Errors: the server's, with number and SQLSTATE; kInternal for no answer of this protocol.
Result<Answer> ParseAnswer(std::string_view body, std::string& pending);

/// The rows of a chunk. Errors: kInternal when it is none.
Result<std::vector<Row>> ParseChunk(std::string_view body);

/// The text of `data` of an answer, or its error.
Result<std::string> DataOf(std::string_view body);

}  // namespace firn::cli
