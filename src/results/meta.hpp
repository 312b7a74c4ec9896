#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "results/result_set.hpp"

namespace firn::results {

inline constexpr int kMetaVersion = 1;

/// What is kept beside a result's Arrow data, as one JSON text.
struct Meta {
  std::string owner;
  std::int64_t created_ms = 0;
  ResultSet result;  ///< chunk files as bare names; inline_arrow is kept elsewhere
};

std::string MetaToJson(const Meta& meta);
/// Errors: kInvalid when it is broken or of a later version.
Result<Meta> MetaFromJson(std::string_view json);

}  // namespace firn::results
