#include "net/certificates.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "net/openssl_handles.hpp"

namespace firn::net {
namespace {

constexpr int kDay_s = 24 * 60 * 60;
constexpr int kAuthorityDays = 3650;
constexpr int kServerDays = 397;  // browsers take no longer ones
constexpr int kRenewDays = 30;

struct Identity {
  CertificatePtr certificate;
  KeyPtr key;
};

Error OpensslError(std::string_view what) {
  return Error{Code::kInternal,
               "OpenSSL cannot " + std::string(what) + ": " + TakeOpensslReason() + ".",
               0,
               {}};
}

bool IsAddress(const std::string& name) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool IsDnsName(const std::string& name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '*' || c == '_';
  });
}

Status AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return OpensslError("add a certificate extension");
  }
  return {};
}

/// A version-3 certificate for a new key with subject, serial and times; not signed yet.
Result<Identity> NewIdentity(const std::string& common_name, int days) {
  Identity made{CertificatePtr(X509_new()), KeyPtr(EVP_EC_gen("P-256"))};
  if (!made.certificate || !made.key) return OpensslError("make a key");
  auto* certificate = made.certificate.get();
  auto serial = RandomBytes(16);
  serial[0] = static_cast<char>(serial[0] & 0x7f);  // a serial is positive
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), 16, nullptr);
  const bool numbered = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  auto* subject = X509_get_subject_name(certificate);
  const auto add = [&](const char* field, const std::string& text) {
    return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1,
                                      0) == 1;
  };
  // An hour back: clocks of clients differ. A common name holds 64 characters at most.
  const bool ok =
      numbered && X509_set_version(certificate, X509_VERSION_3) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nullptr &&
      X509_time_adj_ex(X509_getm_notAfter(certificate), days, -3600, nullptr) != nullptr &&
      add("O", "Firn") && add("CN", common_name.substr(0, 64)) &&
      X509_set_pubkey(certificate, made.key.get()) == 1;
  if (!ok) return OpensslError("make a certificate");
  return made;
}

Status Sign(X509* certificate, EVP_PKEY* key) {
  if (X509_sign(certificate, key, EVP_sha256()) == 0) return OpensslError("sign a certificate");
  return {};
}

Result<Identity> MakeAuthority() {
  FIRN_TRY(auto made, NewIdentity("Firn authority " + HexEncode(RandomBytes(4)), kAuthorityDays));
  auto* certificate = made.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  FIRN_CHECK(
      AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  FIRN_CHECK(AddExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign"));
  FIRN_CHECK(AddExtension(certificate, certificate, NID_subject_key_identifier, "hash"));
  FIRN_CHECK(AddExtension(certificate, certificate, NID_authority_key_identifier, "keyid:always"));
  FIRN_CHECK(Sign(certificate, made.key.get()));
  return made;
}

Result<Identity> MakeServer(const Identity& authority, const std::vector<std::string>& names) {
  std::string alternatives;
  for (const auto& name : names) {
    if (!alternatives.empty()) alternatives += ',';
    alternatives += (IsAddress(name) ? "IP:" : "DNS:") + name;
  }
  FIRN_TRY(auto made, NewIdentity(names.front(), kServerDays));
  auto* certificate = made.certificate.get();
  auto* issuer = authority.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  FIRN_CHECK(AddExtension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE"));
  FIRN_CHECK(AddExtension(certificate, issuer, NID_key_usage, "critical,digitalSignature"));
  FIRN_CHECK(AddExtension(certificate, issuer, NID_ext_key_usage, "serverAuth"));
  FIRN_CHECK(AddExtension(certificate, issuer, NID_subject_key_identifier, "hash"));
  FIRN_CHECK(AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always"));
  FIRN_CHECK(AddExtension(certificate, issuer, NID_subject_alt_name, alternatives));
  FIRN_CHECK(Sign(certificate, authority.key.get()));
  return made;
}

std::string TakePem(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string CertificatePem(X509* certificate) {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), certificate);
  return TakePem(memory.get());
}

std::string KeyPem(EVP_PKEY* key) {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return TakePem(memory.get());
}

/// Nothing when neither file is there. Errors: kInvalid when they do not belong together.
Result<std::optional<Identity>> Load(const std::filesystem::path& certificate_path,
                                     const std::filesystem::path& key_path) {
  std::error_code ignored;
  if (!std::filesystem::exists(certificate_path, ignored)) return std::optional<Identity>();
  FIRN_TRY(const auto certificate_pem, ReadFile(certificate_path));
  FIRN_TRY(const auto key_pem, ReadFile(key_path));
  const BioPtr certificate(
      BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const BioPtr key(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  Identity loaded{CertificatePtr(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr)),
                  KeyPtr(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr))};
  if (!loaded.certificate || !loaded.key ||
      X509_check_private_key(loaded.certificate.get(), loaded.key.get()) != 1) {
    ERR_clear_error();
    return Error{Code::kInvalid,
                 "The certificate " + certificate_path.string() + " and its key " +
                     key_path.string() +
                     " are damaged or do not belong together; restore them, or remove both to "
                     "have new ones made (clients then need the new authority).",
                 0,
                 {}};
  }
  return std::optional<Identity>(std::move(loaded));
}

/// The key first: a certificate on disk always has its key.
Status Store(const Identity& made, const std::filesystem::path& certificate_path,
             const std::filesystem::path& key_path, const std::string& chain) {
  FIRN_CHECK(WriteFileDurably(key_path, KeyPem(made.key.get()), 0600));
  return WriteFileDurably(certificate_path, CertificatePem(made.certificate.get()) + chain, 0644);
}

Result<Identity> EnsureAuthority(const std::filesystem::path& folder) {
  FIRN_CHECK(MakeFolders(folder, 0700));
  FIRN_TRY(auto loaded, Load(folder / "ca.pem", folder / "ca.key"));
  if (loaded) return *std::move(loaded);
  FIRN_TRY(auto made, MakeAuthority());
  FIRN_CHECK(Store(made, folder / "ca.pem", folder / "ca.key", {}));
  return made;
}

bool Names(X509* certificate, const std::string& name) {
  return IsAddress(name) ? X509_check_ip_asc(certificate, name.c_str(), 0) == 1
                         : X509_check_host(certificate, name.c_str(), name.size(),
                                           X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
}

bool StillGood(const Identity& server, const Identity& authority,
               const std::vector<std::string>& names) {
  auto* certificate = server.certificate.get();
  std::time_t limit = std::time(nullptr) + std::time_t{kRenewDays} * kDay_s;
  const bool good = X509_cmp_time(X509_get0_notAfter(certificate), &limit) > 0 &&
                    X509_verify(certificate, authority.key.get()) == 1 &&
                    std::all_of(names.begin(), names.end(),
                                [&](const std::string& name) { return Names(certificate, name); });
  ERR_clear_error();
  return good;
}

}  // namespace

Result<TlsFiles> EnsureServerCertificate(const std::filesystem::path& folder,
                                         const std::vector<std::string>& names) {
  if (names.empty()) {
    return Error{Code::kInvalid, "A server certificate needs at least one name.", 0, {}};
  }
  for (const auto& name : names) {
    if (IsAddress(name) || IsDnsName(name)) continue;
    return Error{Code::kInvalid, "A certificate cannot hold this name: " + name, 0, {}};
  }
  const TlsFiles files{folder / "server.pem", folder / "server.key"};
  FIRN_TRY(const auto authority, EnsureAuthority(folder));
  const auto loaded = Load(files.certificate_chain, files.private_key);
  // A damaged server certificate is only made anew: it is not what clients trust.
  if (loaded && *loaded && StillGood(**loaded, authority, names)) return files;
  FIRN_TRY(const auto made, MakeServer(authority, names));
  FIRN_CHECK(Store(made, files.certificate_chain, files.private_key,
                   CertificatePem(authority.certificate.get())));
  return files;
}

Result<std::string> CaCertificatePem(const std::filesystem::path& folder) {
  FIRN_TRY(const auto authority, EnsureAuthority(folder));
  return CertificatePem(authority.certificate.get());
}

}  // namespace firn::net
