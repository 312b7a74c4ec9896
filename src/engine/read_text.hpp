#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace firn::engine {

/// All rows of a small result whose columns are VARCHAR (cast them). NULL reads as "".
Result<std::vector<std::vector<std::string>>> ReadText(Connection& connection,
                                                       std::string_view sql);

}  // namespace firn::engine
