#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace firn::access {

enum class SignatureAlgorithm { kRs256, kRs384, kRs512, kEs256, kEs384 };

/// A user's public key: RSA of 2048 to 8192 bits, or EC on P-256 or P-384. A value, immutable.
class PublicKey {
 public:
  /// `text` is PEM ("BEGIN PUBLIC KEY") or its base64 body. Errors: kInvalid saying what is wrong
  /// with it, without any of it.
  static Result<PublicKey> Parse(std::string_view text);

  /// "SHA256:<base64 of the digest of the DER form>", as the clients compute it.
  [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }
  /// The base64 body without line ends.
  [[nodiscard]] const std::string& base64() const { return base64_; }
  /// False as well for an algorithm that is not this key's: the token does not choose.
  /// ES signatures are r||s, as in JWT.
  [[nodiscard]] bool Verify(SignatureAlgorithm algorithm, std::string_view text,
                            std::string_view signature) const;
  [[nodiscard]] bool Fits(SignatureAlgorithm algorithm) const;

  /// A key that fits the algorithm and whose private half nobody has: for doing the same work for
  /// a user that does not exist.
  static Result<PublicKey> Nobodys(SignatureAlgorithm algorithm);

 private:
  PublicKey() = default;

  std::shared_ptr<EVP_PKEY> key_;
  bool is_rsa_ = false;
  std::size_t curve_bytes_ = 0;  ///< of one coordinate; 0 for RSA
  std::string fingerprint_;
  std::string base64_;
};

}  // namespace firn::access
