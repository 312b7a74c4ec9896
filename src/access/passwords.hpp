#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace firn::access {

/// Errors: kInvalid (3002) saying which rule the password breaks: 8 to 256 characters with an
/// upper-case letter, a lower-case letter and a digit.
Status CheckPasswordPolicy(std::string_view password);

/// Argon2id, 19 MiB, 2 passes, 1 lane. At most two run at a time, so that a storm of logins takes
/// 38 MiB and not more; the others wait, up to 10 s. Thread-safe.
class Passwords {
 public:
  /// The hash in PHC text form, with a new salt.
  Result<std::string> Hash(std::string_view password);

  /// One Argon2 run whatever the arguments are: an empty `hash` (no such user, no password) is
  /// replaced by a hash that nothing matches. `still_wanted` is asked when its turn has come; where
  /// it says no, the answer is false without a run. Errors: kUnavailable when the wait was too
  /// long.
  template <typename StillWanted>
  Result<bool> Verify(const std::string& hash, std::string_view password,
                      StillWanted still_wanted) {
    FIRN_TRY(const Turn turn, WaitForTurn());
    if (!still_wanted()) return false;
    return Run(hash, password);
  }

  /// Argon2 runs so far.
  [[nodiscard]] std::uint64_t runs() const { return runs_; }

 private:
  class Turn {
   public:
    explicit Turn(Passwords& owner) : owner_(&owner) {}
    Turn(Turn&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (owner_ != nullptr) owner_->EndTurn();
    }

   private:
    Passwords* owner_;
  };

  Result<Turn> WaitForTurn();
  void EndTurn();
  Result<bool> Run(const std::string& hash, std::string_view password);

  std::mutex mutex_;
  std::condition_variable turn_ended_;
  int running_ = 0;
  std::atomic<std::uint64_t> runs_{0};
};

}  // namespace firn::access
