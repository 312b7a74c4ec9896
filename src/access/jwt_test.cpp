#include "access/jwt.hpp"

#include <doctest/doctest.h>

#include "access/jwt_signer_test.hpp"
#include "base/bytes.hpp"

namespace firn::access {
namespace {

using testing::Payload;
using testing::Signer;

constexpr const char* kRsHeader = R"({"alg":"RS256","typ":"JWT"})";

TEST_CASE("jwt: every algorithm of the clients verifies with its own kind of key only") {
  const Signer rsa = Signer::Rsa();
  const Signer p256 = Signer::Ec("P-256");
  const Signer p384 = Signer::Ec("P-384");
  struct Case {
    const char* name;
    const Signer& signer;
    const EVP_MD* digest;
  };
  for (const auto& [name, signer, digest] :
       {Case{"RS256", rsa, EVP_sha256()}, Case{"RS384", rsa, EVP_sha384()},
        Case{"RS512", rsa, EVP_sha512()}, Case{"ES256", p256, EVP_sha256()},
        Case{"ES384", p384, EVP_sha384()}}) {
    CAPTURE(name);
    const std::string header = std::string(R"({"alg":")") + name + R"(","typ":"JWT"})";
    const auto key = signer.Public();
    const auto token =
        signer.Sign(header, Payload("firn", "Anna", key.fingerprint(), 1000, 1060), digest);
    const auto jwt = ParseJwt(token);
    REQUIRE(jwt);
    CHECK(jwt->account == "FIRN");
    CHECK(jwt->user == "ANNA");
    CHECK(jwt->fingerprint == key.fingerprint());
    CHECK(key.Verify(jwt->algorithm, jwt->signing_input, jwt->signature));
    for (const Signer* other : {&rsa, &p256, &p384}) {
      if (other == &signer) continue;
      CHECK_FALSE(other->Public().Verify(jwt->algorithm, jwt->signing_input, jwt->signature));
    }
    auto bent = jwt->signature;
    bent[bent.size() / 2] = static_cast<char>(bent[bent.size() / 2] ^ 1);
    CHECK_FALSE(key.Verify(jwt->algorithm, jwt->signing_input, bent));
    CHECK_FALSE(key.Verify(jwt->algorithm, jwt->signing_input, bent.substr(1)));
    CHECK_FALSE(key.Verify(jwt->algorithm, jwt->signing_input, ""));
  }
}

TEST_CASE("jwt: what no client writes is refused before any key is looked at") {
  const std::string fp = "SHA256:abc";
  const std::string good = Payload("FIRN", "ADMIN", fp, 1000, 1060);
  const auto token = [](const std::string& header, const std::string& payload) {
    return Base64UrlEncode(header) + "." + Base64UrlEncode(payload) + ".c2ln";
  };
  REQUIRE(ParseJwt(token(kRsHeader, good)));
  REQUIRE(ParseJwt(token(R"({"alg":"RS256","kid":"SHA256:abc"})", good)));
  const std::string bad[] = {
      "",
      ".",
      "..",
      "a.b",
      "a.b.c.d",
      token(R"({"alg":"none"})", good),
      token(R"({"alg":"None"})", good),
      token(R"({"alg":"HS256"})", good),
      token(R"({"alg":"ES512"})", good),
      token(R"({"alg":"rs256"})", good),
      token(R"({"alg":["RS256"]})", good),
      token(R"({"typ":"JWT"})", good),
      token(R"({"alg":"RS256","crit":["exp"]})", good),
      token(R"({"alg":"RS256","kid":"SHA256:other"})", good),
      token(R"({"alg":"RS256","kid":7})", good),
      token(R"(["RS256"])", good),
      token(R"({"alg":"RS256")", good),
      token(kRsHeader, "{}"),
      token(kRsHeader, R"({"iss":"FIRN.ADMIN","sub":"FIRN.ADMIN","iat":1000,"exp":1060})"),
      token(kRsHeader, R"({"iss":"FIRN.EVE.SHA256:abc","sub":"FIRN.ADMIN","iat":1,"exp":2})"),
      token(kRsHeader, R"({"iss":"FIRN..SHA256:abc","sub":"FIRN.","iat":1,"exp":2})"),
      token(kRsHeader, R"({"iss":".ADMIN.SHA256:abc","sub":".ADMIN","iat":1,"exp":2})"),
      token(kRsHeader, R"({"iss":"FIRN.ADMIN.SHA256:abc","sub":"FIRN.ADMIN","exp":1060})"),
      token(kRsHeader, R"({"iss":"FIRN.ADMIN.SHA256:abc","sub":"FIRN.ADMIN","iat":1000})"),
      token(kRsHeader, R"({"iss":"F.A.SHA256:abc","sub":"F.A","iat":"1000","exp":1060})"),
      token(kRsHeader, R"({"iss":"F.A.SHA256:abc","sub":"F.A","iat":1000,"exp":1e300})"),
      token(kRsHeader, R"({"iss":"F.A.SHA256:abc","sub":"F.A","iat":-5,"exp":1060})"),
      token(kRsHeader, Payload("FIRN", "ADMIN", fp, 1060, 1000)),
      token(kRsHeader, R"({"x":)" + std::string(500, '[') + std::string(500, ']') + "}"),
      token(kRsHeader, good + std::string(9000, ' ')),
      Base64UrlEncode(kRsHeader) + "." + Base64UrlEncode(good) + ".",
      Base64UrlEncode(kRsHeader) + "=." + Base64UrlEncode(good) + ".c2ln",
  };
  for (const auto& text : bad) {
    CAPTURE(text.substr(0, 200));
    CHECK_FALSE(ParseJwt(text));
  }
}

TEST_CASE("jwt: a token is current from its issue to the sooner of exp and a minute, with skew") {
  Jwt jwt;
  jwt.issued_ms = jwt.begins_ms = 1'000'000;
  jwt.expires_ms = 1'000'000 + 3'600'000;
  struct Case {
    std::int64_t now_ms;
    bool current;
  };
  for (const auto& [now_ms, current] :
       {Case{969'999, false}, Case{970'000, true}, Case{1'089'999, true}, Case{1'090'000, false}}) {
    CAPTURE(now_ms);
    CHECK(IsJwtCurrent(jwt, now_ms) == current);
  }
  jwt.expires_ms = 1'010'000;
  CHECK(IsJwtCurrent(jwt, 1'039'999));
  CHECK_FALSE(IsJwtCurrent(jwt, 1'040'000));
  jwt.begins_ms = 1'050'000;
  CHECK_FALSE(IsJwtCurrent(jwt, 1'019'999));
}

TEST_CASE("public key: PEM and its bare body are one key; anything else is refused") {
  const Signer rsa = Signer::Rsa();
  const auto key = rsa.Public();
  const auto bare = PublicKey::Parse(key.base64());
  REQUIRE(bare);
  CHECK(bare->fingerprint() == key.fingerprint());
  CHECK(key.fingerprint().starts_with("SHA256:"));

  const std::string pem = rsa.PublicPem();
  const std::string bad[] = {
      "",
      "not base64!",
      "AAAA",
      key.base64() + "AAAA",
      key.base64().substr(0, 40),
      pem.substr(0, pem.size() / 2),
      "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
      Signer::Rsa(1024).PublicPem(),
      Signer::Ec("P-521").PublicPem(),
      Signer::Ec("secp256k1").PublicPem(),
      std::string(20'000, 'A'),
  };
  for (const auto& text : bad) {
    const auto parsed = PublicKey::Parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::kInvalid);
    if (text.size() > 20) CHECK(parsed.error().message.find(text) == std::string::npos);
  }
}

}  // namespace
}  // namespace firn::access
