#pragma once

#include <span>

#include "sessions/parameters.hpp"

namespace firn::sessions {

/// As written in parameter_table.cpp, by subject.
std::span<const ParameterInfo> ParameterTable();

}  // namespace firn::sessions
