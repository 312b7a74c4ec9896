#include <algorithm>

#include "cli/session.hpp"

namespace firn::cli {
namespace {

constexpr std::int64_t kPageValues = 400'000;

}  // namespace

Result<ResultReader> ResultReader::Open(const Login& login, Answer answer, std::int64_t most_rows) {
  ResultReader out;
  out.columns_ = std::move(answer.columns);
  out.time_zone_ = std::move(answer.time_zone);
  out.total_rows_ =
      answer.rows_kept ? answer.total_rows : static_cast<std::int64_t>(answer.rows.size());
  out.wanted_rows_ = most_rows == 0 ? out.total_rows_ : std::min(most_rows, out.total_rows_);
  if (!answer.rows_kept) {
    out.ready_ = std::move(answer.rows);
    out.ready_.resize(static_cast<std::size_t>(out.wanted_rows_));
    return out;
  }
  out.query_id_ = std::move(answer.query_id);
  const auto width = static_cast<std::int64_t>(std::max<std::size_t>(out.columns_.size(), 1));
  out.page_rows_ = std::clamp<std::int64_t>(kPageValues / width, 1000, 100'000);
  FIRN_TRY(auto session, Session::Open(login));
  out.session_ = std::make_unique<Session>(std::move(session));
  return out;
}

Result<std::vector<Row>> ResultReader::Next() {
  if (session_ == nullptr) return std::exchange(ready_, {});
  const auto rows = std::min(page_rows_, wanted_rows_ - read_rows_);
  if (rows <= 0) return std::vector<Row>{};
  auto sql = "SELECT * FROM TABLE(RESULT_SCAN('" + query_id_ + "')) LIMIT " + std::to_string(rows);
  if (read_rows_ > 0) sql += " OFFSET " + std::to_string(read_rows_);
  FIRN_TRY(auto page, session_->Run(sql));
  // The types are those of the page: reading a result again may widen one.
  for (std::size_t i = 0; i < page.columns.size() && i < columns_.size(); ++i) {
    columns_[i].type = page.columns[i].type;
    columns_[i].scale = page.columns[i].scale;
  }
  read_rows_ += rows;
  return std::move(page.rows);
}

}  // namespace firn::cli
