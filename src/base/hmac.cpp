#include "base/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace firn {

std::string HmacSha256(std::string_view key, std::string_view text) {
  std::string out(32, '\0');
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(out.data()), &length);
  return out;
}

}  // namespace firn
