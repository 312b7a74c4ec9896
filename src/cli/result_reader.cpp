#include <algorithm>

#include "cli/session.hpp"

namespace firn::cli {
namespace {

constexpr int kChunkTimeoutMs = 300'000;

}  // namespace

ResultReader::ResultReader(Session& session, Answer answer, std::int64_t most_rows)
    : session_(session), answer_(std::move(answer)) {
  total_rows_ = answer_.chunk_urls.empty() ? static_cast<std::int64_t>(answer_.rows.size())
                                           : answer_.total_rows;
  left_rows_ = most_rows == 0 ? total_rows_ : std::min(most_rows, total_rows_);
}

Result<std::vector<Row>> ResultReader::Next() {
  std::vector<Row> rows;
  // A part may be empty: the rows of an answer that is all in chunks.
  while (rows.empty() && left_rows_ > 0 && next_part_ <= answer_.chunk_urls.size()) {
    if (next_part_ == 0) {
      rows = std::move(answer_.rows);
    } else {
      net::ClientRequest request;
      request.method = "GET";
      request.timeout_ms = kChunkTimeoutMs;
      FIRN_TRY(const auto response,
               session_.Move(answer_.chunk_urls[next_part_ - 1], std::move(request)));
      if (response.status != 200) {
        return Error{Code::kUnavailable,
                     "A part of the result could not be fetched; run the query again."};
      }
      FIRN_TRY(rows, ParseChunk(response.body));
    }
    ++next_part_;
  }
  if (static_cast<std::int64_t>(rows.size()) > left_rows_) {
    rows.resize(static_cast<std::size_t>(left_rows_));
  }
  left_rows_ -= static_cast<std::int64_t>(rows.size());
  return rows;
}

}  // namespace firn::cli
