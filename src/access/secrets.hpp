#pragma once

#include <openssl/crypto.h>

#include <string>

namespace firn::access {

/// Overwrites a secret before its memory is given back.
inline void Wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

/// A string that is wiped when it ends.
class SecretString {
 public:
  explicit SecretString(std::string value) : value_(std::move(value)) {}
  SecretString(const SecretString&) = delete;
  SecretString& operator=(const SecretString&) = delete;
  ~SecretString() { Wipe(value_); }
  [[nodiscard]] const std::string& value() const { return value_; }
  std::string& value() { return value_; }

 private:
  std::string value_;
};

}  // namespace firn::access
