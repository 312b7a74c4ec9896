#include "access/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <cctype>

#include "base/bytes.hpp"

namespace firn::access {
namespace {

constexpr std::size_t kMaxTextBytes = 16 * 1024;
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;

constexpr std::string_view kNobodysRsa =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvxnTTRuaAnKM1N4dqiNR"
    "EKmQHnV+0R2jcWVLcSEjW1SnUCqEsUkyLKpDL2n1DUTkFiJueCJdZqXB0ohdndZ2"
    "XK64DwIIjxYnPvgP0iz4tPxOpissnidEjqfHrt1nTeerSjl4qeG7thD9Gd5uFS3H"
    "G1h2WGDfPIN2brL47JzPjsJexOSNhqA7G+QVLoRDOTNE1nVpaKHAZpFlsTQv2OWk"
    "MIcusG/tSv8/iWfj5RMjaL+U9T0zIgTKt/AOnU0SkJUCYX7BKVnzwuXFOzMJpJH9"
    "txc8m8SaMHNTjKHshZ1j7GPfJN754eYS+nrLz4+YfzJfLd9gbizv4g2GCcxyVCi0"
    "PQIDAQAB";
constexpr std::string_view kNobodysP256 =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENWCGFUbHs6cf+yQL55pk99ExQji3"
    "FDfaW3UluaAbbjblk9/YH6lKIB1ReuyzsNgtmxYALruSwHp0AKfsMxF9Rg==";
constexpr std::string_view kNobodysP384 =
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEDf6eoWKy6Z4ftWnpHbEvbtgnH5NGhjeh"
    "QeFtzC+/aH7IxvykfcZ3wIAjlENr8JLPouXtSCaOccK8mYNtfkLCyH13ClOGUSsP"
    "Dw+cXHUX8daZGdJyvFdDAD+s8I5uJWD5";

Error Bad(std::string_view reason) {
  return Error{Code::kInvalid, "The public key was not accepted: " + std::string(reason) +
                                   " Give an RSA key (2048 bits or more) or an EC key (P-256 or "
                                   "P-384), as `openssl pkey -pubout` prints it."};
}

/// The base64 between the lines of PEM, or the text itself, without white space.
Result<std::string> Base64Body(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";
  constexpr std::string_view kEnd = "-----END PUBLIC KEY-----";
  if (text.size() > kMaxTextBytes) return Bad("it is too long.");
  if (text.find("PRIVATE KEY") != std::string_view::npos) {
    return Bad("it is a private key; keep that to yourself.");
  }
  if (const auto begin = text.find(kBegin); begin != std::string_view::npos) {
    const auto end = text.find(kEnd, begin);
    if (end == std::string_view::npos) return Bad("its last line is missing.");
    text = text.substr(begin + kBegin.size(), end - begin - kBegin.size());
  }
  std::string body;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) body += c;
  }
  return body;
}

/// Bytes of one coordinate of the curve; 0 for one that is not accepted.
std::size_t CurveBytes(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return 0;
  const std::string_view name(group.data(), length);
  if (name == "prime256v1" || name == "P-256") return 32;
  if (name == "secp384r1" || name == "P-384") return 48;
  return 0;
}

const EVP_MD* DigestOf(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kEs256: return EVP_sha256();
    case SignatureAlgorithm::kRs384:
    case SignatureAlgorithm::kEs384: return EVP_sha384();
    case SignatureAlgorithm::kRs512: return EVP_sha512();
  }
  return nullptr;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// r||s as the DER that OpenSSL verifies; empty when it cannot be one.
std::string DerFromRaw(std::string_view raw, std::size_t coordinate) {
  if (raw.size() != 2 * coordinate) return {};
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(),
                                                                   &ECDSA_SIG_free);
  const int size = static_cast<int>(coordinate);
  BIGNUM* r = BN_bin2bn(Bytes(raw), size, nullptr);
  BIGNUM* s = BN_bin2bn(Bytes(raw.substr(coordinate)), size, nullptr);
  if (pair == nullptr || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return {};
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return out;
}

}  // namespace

Result<PublicKey> PublicKey::Parse(std::string_view text) {
  FIRN_TRY(const std::string body, Base64Body(text));
  auto der = Base64Decode(body);
  if (!der || der->empty()) return Bad("it is not base64.");

  const unsigned char* cursor = Bytes(*der);
  PublicKey out;
  out.key_.reset(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(der->size())), &EVP_PKEY_free);
  if (out.key_ == nullptr || cursor != Bytes(*der) + der->size()) {
    return Bad("it is not a public key in SubjectPublicKeyInfo form.");
  }
  out.is_rsa_ = EVP_PKEY_is_a(out.key_.get(), "RSA") == 1;
  if (out.is_rsa_) {
    const int bits = EVP_PKEY_get_bits(out.key_.get());
    if (bits < kMinRsaBits) return Bad("it has fewer than 2048 bits.");
    if (bits > kMaxRsaBits) return Bad("it has more than 8192 bits.");
  } else {
    if (EVP_PKEY_is_a(out.key_.get(), "EC") != 1) return Bad("it is neither RSA nor EC.");
    out.curve_bytes_ = CurveBytes(out.key_.get());
    if (out.curve_bytes_ == 0) return Bad("its curve is not P-256 or P-384.");
  }

  unsigned char* canonical = nullptr;
  const int length = i2d_PUBKEY(out.key_.get(), &canonical);
  if (length <= 0) return Bad("it cannot be written back.");
  const std::string_view bytes(reinterpret_cast<char*>(canonical),
                               static_cast<std::size_t>(length));
  out.base64_ = Base64Encode(bytes);
  out.fingerprint_ = "SHA256:" + Base64Encode(Sha256(bytes));
  OPENSSL_free(canonical);
  return out;
}

bool PublicKey::Fits(SignatureAlgorithm algorithm) const {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kRs384:
    case SignatureAlgorithm::kRs512: return is_rsa_;
    case SignatureAlgorithm::kEs256: return curve_bytes_ == 32;
    case SignatureAlgorithm::kEs384: return curve_bytes_ == 48;
  }
  return false;
}

bool PublicKey::Verify(SignatureAlgorithm algorithm, std::string_view text,
                       std::string_view signature) const {
  if (!Fits(algorithm)) return false;
  std::string der;
  if (!is_rsa_) {
    der = DerFromRaw(signature, curve_bytes_);
    if (der.empty()) return false;
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, DigestOf(algorithm), nullptr, key_.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                          text.size()) == 1;
}

Result<PublicKey> PublicKey::Nobodys(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kEs256: return Parse(kNobodysP256);
    case SignatureAlgorithm::kEs384: return Parse(kNobodysP384);
    default: return Parse(kNobodysRsa);
  }
}

}  // namespace firn::access
