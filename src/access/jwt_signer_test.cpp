#include "access/jwt_signer_test.hpp"

#include <doctest/doctest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/bytes.hpp"

namespace firn::access::testing {
namespace {

std::string RawFromDer(const std::string& der, int coordinate) {
  const auto* cursor = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())), &ECDSA_SIG_free);
  REQUIRE(pair != nullptr);
  std::string raw(static_cast<std::size_t>(2 * coordinate), '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, coordinate);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate, coordinate);
  return raw;
}

}  // namespace

Signer Signer::Rsa(unsigned bits) { return Signer(EVP_RSA_gen(bits)); }
Signer Signer::Ec(const char* curve) { return Signer(EVP_EC_gen(curve)); }

std::string Signer::PublicPem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PUBKEY(memory.get(), key_.get());
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(length));
}

PublicKey Signer::Public() const {
  auto key = PublicKey::Parse(PublicPem());
  REQUIRE(key);
  return *std::move(key);
}

std::string Signer::Sign(const std::string& header, const std::string& payload,
                         const EVP_MD* digest) const {
  const std::string input = Base64UrlEncode(header) + "." + Base64UrlEncode(payload);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  REQUIRE(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1);
  std::string signature(1024, '\0');
  std::size_t length = signature.size();
  REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                         reinterpret_cast<const unsigned char*>(input.data()), input.size()) == 1);
  signature.resize(length);
  if (EVP_PKEY_is_a(key_.get(), "EC") == 1) {
    signature = RawFromDer(signature, (EVP_PKEY_get_bits(key_.get()) + 7) / 8);
  }
  return input + "." + Base64UrlEncode(signature);
}

std::string Payload(const std::string& account, const std::string& user,
                    const std::string& fingerprint, std::int64_t issued_s, std::int64_t expires_s) {
  return R"({"iss":")" + account + "." + user + "." + fingerprint + R"(","sub":")" + account + "." +
         user + R"(","iat":)" + std::to_string(issued_s) + R"(,"exp":)" +
         std::to_string(expires_s) + "}";
}

}  // namespace firn::access::testing
