#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <utility>

#include "catalog/snapshot.hpp"

namespace firn::catalog {

/// Who is at work on which name. Names are compared without regard to case. Thread-safe.
class Claims {
 public:
  struct Claim {
    NameSpace space;
    QualifiedName name;
    bool with_contents;  ///< also on all that it holds
  };
  /// Ends the claim when it ends. Must end before its Claims.
  class Held {
   public:
    Held(Held&& other) noexcept
        : claims_(std::exchange(other.claims_, nullptr)), claim_(other.claim_) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (claims_) claims_->End(claim_);
    }

   private:
    friend class Claims;
    Held(Claims& claims, std::list<Claim>::iterator claim) : claims_(&claims), claim_(claim) {}
    Claims* claims_;  // null once moved from
    std::list<Claim>::iterator claim_;
  };

  explicit Claims(std::chrono::milliseconds wait_limit) : wait_limit_(wait_limit) {}
  /// Waits for claims that stand in the way. Errors: kConflict when they still do at the limit.
  Result<Held> Take(const Object& object, bool with_contents);

 private:
  void End(std::list<Claim>::iterator claim);

  const std::chrono::milliseconds wait_limit_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Claim> claims_;  // guarded by mutex_; names in upper case
};

}  // namespace firn::catalog
