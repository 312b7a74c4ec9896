#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "sql/outputs.hpp"

namespace firn::sql {

/// The scopes in a worker's answer, inner ones first; the form is described in
/// python/firn_translator/outputs.py. Nothing when it does not hold together: an index must be of
/// `tables`, of `scans`, or of an earlier scope.
std::optional<std::vector<OutputScope>> ReadOutputs(const boost::json::value& value,
                                                    std::size_t tables, std::size_t scans);

}  // namespace firn::sql
