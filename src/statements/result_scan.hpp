#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

struct OpenedScan {
  std::unique_ptr<engine::Source> source;
  std::vector<results::ResultColumn> columns;
};

/// An earlier result of the same user: `which` is a query id or LAST:-n.
Result<OpenedScan> OpenResultScan(Execution& execution, const std::string& which);

}  // namespace firn::statements
