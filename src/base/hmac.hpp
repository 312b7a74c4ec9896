#pragma once

#include <string>
#include <string_view>

namespace firn {

/// HMAC-SHA-256, 32 raw bytes: what signs an address that stands for a permission.
std::string HmacSha256(std::string_view key, std::string_view text);

}  // namespace firn
