#include "access/passwords.hpp"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/bytes.hpp"

namespace firn::access {
namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKib = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMaxPasswordBytes = 256;
constexpr std::size_t kMinPasswordBytes = 8;
constexpr int kAtATime = 2;
constexpr std::chrono::seconds kLongestWait{10};

/// The salt and hash of no password: the answer is thrown away, only the work counts. Same
/// parameters as above.
constexpr const char* kNobodysHash =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

Error Rejected(std::string_view reason) {
  return SqlError(Code::kInvalid, 3002, "28P01",
                  "New password rejected by current password policy. Reason: '" +
                      std::string(reason) +
                      "' Choose one of 8 to 256 characters with at least one upper-case letter, "
                      "one lower-case letter and one digit.");
}

bool HasAny(std::string_view text, char first, char last) {
  return std::any_of(text.begin(), text.end(), [&](char c) { return c >= first && c <= last; });
}

}  // namespace

Status CheckPasswordPolicy(std::string_view password) {
  if (password.size() < kMinPasswordBytes) return Rejected("PASSWORD_TOO_SHORT");
  if (password.size() > kMaxPasswordBytes) return Rejected("PASSWORD_TOO_LONG");
  if (!HasAny(password, 'A', 'Z')) return Rejected("PASSWORD_NEEDS_UPPER_CASE");
  if (!HasAny(password, 'a', 'z')) return Rejected("PASSWORD_NEEDS_LOWER_CASE");
  if (!HasAny(password, '0', '9')) return Rejected("PASSWORD_NEEDS_DIGIT");
  return {};
}

Result<std::string> Passwords::Hash(std::string_view password) {
  FIRN_TRY(const Turn turn, WaitForTurn());
  ++runs_;
  const std::string salt = RandomBytes(kSaltBytes);
  std::array<char, 160> encoded{};
  const int outcome =
      argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(),
                            salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
  if (outcome != ARGON2_OK) {
    return Error{Code::kUnavailable, std::string("The password could not be hashed: ") +
                                         argon2_error_message(outcome) + ". Try again."};
  }
  return std::string(encoded.data());
}

Result<bool> Passwords::Run(const std::string& hash, std::string_view password) {
  ++runs_;
  // No stored password is longer, so a longer one is wrong; it must not cost more than others.
  const bool too_long = password.size() > kMaxPasswordBytes;
  if (too_long) password = password.substr(0, kMaxPasswordBytes);
  const bool nobody = hash.empty();
  const int outcome =
      argon2id_verify(nobody ? kNobodysHash : hash.c_str(), password.data(), password.size());
  if (outcome == ARGON2_MEMORY_ALLOCATION_ERROR) {
    return Error{Code::kUnavailable, "There is not enough memory to check a password. Try again."};
  }
  return outcome == ARGON2_OK && !nobody && !too_long;
}

Result<Passwords::Turn> Passwords::WaitForTurn() {
  std::unique_lock lock(mutex_);
  if (!turn_ended_.wait_for(lock, kLongestWait, [&] { return running_ < kAtATime; })) {
    return Error{Code::kUnavailable, "Too many logins are being checked at once. Try again."};
  }
  ++running_;
  return Turn(*this);
}

void Passwords::EndTurn() {
  {
    const std::lock_guard lock(mutex_);
    --running_;
  }
  turn_ended_.notify_one();
}

}  // namespace firn::access
