#include "access/login_limiter.hpp"

#include <algorithm>

namespace firn::access {
namespace {

constexpr int kFreeFailures = 5;
constexpr std::chrono::seconds kFirstWait{1};
constexpr std::chrono::seconds kLongestWait{15 * 60};
constexpr std::chrono::hours kForgetAfter{1};

std::chrono::seconds WaitAfter(int failures) {
  if (failures < kFreeFailures) return std::chrono::seconds{0};
  const int doublings = std::min(failures - kFreeFailures, 10);
  return std::min(kFirstWait * (1 << doublings), kLongestWait);
}

}  // namespace

bool LoginLimiter::Allowed(const std::string& key) {
  const auto now = clock_.Steady();
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(key);
  return entry == entries_.end() || entry->second.blocked_until <= now;
}

bool LoginLimiter::Record(const std::string& key, bool succeeded) {
  const auto now = clock_.Steady();
  const std::lock_guard lock(mutex_);
  auto found = entries_.find(key);
  if (found != entries_.end() && found->second.blocked_until > now) return false;
  if (succeeded) {
    if (found != entries_.end()) entries_.erase(found);
    return true;
  }
  if (found == entries_.end()) {
    if (entries_.size() >= capacity_) MakeRoom(now);
    found = entries_.emplace(key, Entry{}).first;
  }
  Entry& entry = found->second;
  if (entry.failures > 0 && now - entry.last_failure > kForgetAfter) entry.failures = 0;
  ++entry.failures;
  entry.last_failure = now;
  entry.blocked_until = now + WaitAfter(entry.failures);
  return true;
}

void LoginLimiter::MakeRoom(Time now) {
  std::erase_if(entries_,
                [&](const auto& item) { return now - item.second.last_failure > kForgetAfter; });
  if (entries_.size() < capacity_) return;
  const auto victim =
      std::min_element(entries_.begin(), entries_.end(), [](const auto& left, const auto& right) {
        if (left.second.failures != right.second.failures) {
          return left.second.failures < right.second.failures;
        }
        return left.second.last_failure < right.second.last_failure;
      });
  entries_.erase(victim);
}

std::size_t LoginLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace firn::access
