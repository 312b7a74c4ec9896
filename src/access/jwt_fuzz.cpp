#include <cstddef>
#include <cstdint>
#include <string_view>

#include "access/jwt.hpp"
#include "access/public_key.hpp"

// The first byte chooses the way in: a token (even) or a public key (odd).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using firn::access::PublicKey;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1) {
    if (const auto key = PublicKey::Parse(text); key) {
      if (!PublicKey::Parse(key->base64())) __builtin_trap();
    }
    return 0;
  }
  static const auto key = PublicKey::Nobodys(firn::access::SignatureAlgorithm::kEs256);
  const auto jwt = firn::access::ParseJwt(text);
  if (!jwt) return 0;
  firn::access::IsJwtCurrent(*jwt, 1'700'000'000'000);
  if (key->Verify(jwt->algorithm, jwt->signing_input, jwt->signature)) __builtin_trap();
  return 0;
}
