#pragma once

#include <string>
#include <string_view>

#include "sessions/session_service.hpp"

namespace firn::sessions {

std::string StateToJson(const SessionState& state);
/// Parameters that this version no longer knows are left out. Errors: kInvalid.
Result<SessionState> StateFromJson(std::string_view text);

}  // namespace firn::sessions
