#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace firn {

std::string Base64Encode(std::string_view bytes);
std::string Base64UrlEncode(std::string_view bytes);  ///< without padding
/// Errors: kInvalid. Takes both alphabets, with or without padding.
Result<std::string> Base64Decode(std::string_view text);
std::string HexEncode(std::string_view bytes);  ///< lower case

std::string Sha256(std::string_view bytes);  ///< 32 raw bytes
/// Takes the same time whatever the content; for secrets.
bool EqualInConstantTime(std::string_view a, std::string_view b);
/// `count` bytes from the kernel's generator.
std::string RandomBytes(std::size_t count);

std::string Gzip(std::string_view bytes, int level = 1);
/// Errors: kInvalid when broken, kExhausted when it would grow over `max_bytes`.
Result<std::string> Gunzip(std::string_view bytes, std::int64_t max_bytes);

}  // namespace firn
