#include "catalog/claims.hpp"

#include <algorithm>

namespace firn::catalog {
namespace {

bool Meet(const Claims::Claim& a, const Claims::Claim& b) {
  if (a.space == b.space && a.name == b.name) return true;
  return (a.with_contents && Holds(a.space, a.name, b.space, b.name)) ||
         (b.with_contents && Holds(b.space, b.name, a.space, a.name));
}

}  // namespace

Result<Claims::Held> Claims::Take(const Object& object, bool with_contents) {
  const auto until = std::chrono::steady_clock::now() + wait_limit_;
  Claim claim{
      NameSpaceOf(object.kind),
      {UpperCase(object.name.database), UpperCase(object.name.schema), UpperCase(object.name.name)},
      with_contents};
  std::unique_lock lock(mutex_);
  const bool is_free = ended_.wait_until(lock, until, [&] {
    return std::none_of(claims_.begin(), claims_.end(),
                        [&](const Claim& other) { return Meet(claim, other); });
  });
  if (!is_free) {
    return Error{Code::kConflict, "Another statement is creating, changing or dropping '" +
                                      object.SqlName() +
                                      "' or what holds it. Try again when it has ended."};
  }
  return Held(*this, claims_.insert(claims_.end(), std::move(claim)));
}

void Claims::End(std::list<Claim>::iterator claim) {
  {
    const std::lock_guard lock(mutex_);
    claims_.erase(claim);
  }
  ended_.notify_all();
}

}  // namespace firn::catalog
