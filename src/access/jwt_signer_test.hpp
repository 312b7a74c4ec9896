#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "access/public_key.hpp"

namespace firn::access::testing {

/// A private key of a client, and the tokens that it signs.
class Signer {
 public:
  static Signer Rsa(unsigned bits = 2048);
  static Signer Ec(const char* curve);  ///< "P-256"

  [[nodiscard]] std::string PublicPem() const;
  [[nodiscard]] PublicKey Public() const;
  /// header.payload.signature of the two JSON texts; `digest` as EVP_sha256().
  [[nodiscard]] std::string Sign(const std::string& header, const std::string& payload,
                                 const EVP_MD* digest) const;

 private:
  explicit Signer(EVP_PKEY* key) : key_(key, &EVP_PKEY_free) {}
  std::shared_ptr<EVP_PKEY> key_;
};

/// As the Python connector writes it: FIRN.ADMIN.<fingerprint>, 60 s.
std::string Payload(const std::string& account, const std::string& user,
                    const std::string& fingerprint, std::int64_t issued_s, std::int64_t expires_s);

}  // namespace firn::access::testing
