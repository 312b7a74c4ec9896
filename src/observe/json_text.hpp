#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "observe/log.hpp"

namespace firn::observe {

/// Appends `text` as a JSON string. Bytes that are no UTF-8 become U+FFFD, so the line is always
/// valid JSON, whatever a client sent.
void AppendJsonString(std::string& out, std::string_view text);
/// Appends `,"name":value` for each. A float that JSON cannot hold becomes null.
void AppendJsonFields(std::string& out, std::initializer_list<Field> fields);
/// Now as "2026-01-31T23:59:59.123Z".
std::string TimestampNow();

}  // namespace firn::observe
