#include "engine/admission.hpp"

#include <algorithm>

namespace firn::engine {
namespace {

using std::chrono::steady_clock;

std::string Megabytes(std::int64_t bytes) { return std::to_string(bytes >> 20U) + " MB"; }

}  // namespace

Result<Admission::Ticket> Admission::Enter(const std::string& user, std::int64_t estimate_bytes,
                                           std::chrono::milliseconds timeout,
                                           std::stop_token stop) {
  const auto bytes = std::clamp<std::int64_t>(estimate_bytes, 0, settings_.memory_bytes);
  Entry entry{user, bytes, steady_clock::now(), false, {}};
  std::unique_lock lock(mutex_);
  auto& queue = queues_[user];
  if (static_cast<int>(queue.size()) >= settings_.max_queued_per_user) {
    return Error{Code::kExhausted,
                 std::to_string(queue.size()) + " statements of " + user +
                     " wait already, which is the limit. Wait until some have ended, or cancel "
                     "them."};
  }
  if (queue.empty()) turns_.push_back(user);
  queue.push_back(&entry);
  AdmitNext();
  entry.changed.wait_for(lock, stop, timeout, [&] { return entry.admitted; });
  if (entry.admitted) {
    return Ticket(*this, bytes);
  }
  Remove(entry);
  AdmitNext();  // it may have stood in the way of smaller ones
  if (stop.stop_requested()) {
    return SqlError(Code::kCancelled, 604, "57014", "SQL execution canceled");
  }
  return SqlError(Code::kTimeout, 630, "57014",
                  "The statement waited " + std::to_string(timeout.count()) +
                      " ms for its turn, which is the limit. Run it again when fewer statements "
                      "are running.");
}

bool Admission::Fits(std::int64_t bytes) const {
  return running_ < settings_.max_running &&
         (running_ == 0 || promised_bytes_ + bytes <= settings_.memory_bytes);
}

void Admission::AdmitNext() {
  while (!turns_.empty()) {
    const auto user = turns_.front();
    const auto found = queues_.find(user);
    auto& entry = *found->second.front();
    if (!Fits(entry.bytes)) return;
    ++running_;
    promised_bytes_ += entry.bytes;
    found->second.pop_front();
    turns_.pop_front();
    if (found->second.empty()) {
      queues_.erase(found);
    } else {
      turns_.push_back(user);
    }
    entry.admitted = true;
    entry.changed.notify_one();
  }
}

void Admission::Remove(Entry& entry) {
  const auto found = queues_.find(entry.user);
  std::erase(found->second, &entry);
  if (!found->second.empty()) return;
  turns_.remove(entry.user);
  queues_.erase(found);
}

void Admission::Leave(std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  --running_;
  promised_bytes_ -= bytes;
  AdmitNext();
}

std::vector<Admission::Waiting> Admission::Snapshot() const {
  const std::lock_guard lock(mutex_);
  std::vector<Waiting> waiting;
  const auto now = steady_clock::now();
  for (std::size_t round = 0, before = 1; before != waiting.size(); ++round) {
    before = waiting.size();
    for (const auto& user : turns_) {
      const auto& queue = queues_.at(user);
      if (round >= queue.size()) continue;
      const auto& entry = *queue[round];
      const auto place = static_cast<int>(waiting.size()) + 1;
      auto reason = "waits for " + std::to_string(place - 1) + " statements before it";
      if (place == 1 && running_ >= settings_.max_running) {
        reason = "waits for one of " + std::to_string(running_) + " running statements to end";
      } else if (place == 1) {
        reason = "waits for " + Megabytes(entry.bytes) + " of memory; " +
                 Megabytes(settings_.memory_bytes - promised_bytes_) + " are free";
      }
      waiting.push_back({user, place, std::move(reason),
                         std::chrono::duration_cast<std::chrono::milliseconds>(now - entry.since)});
    }
  }
  return waiting;
}

int Admission::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace firn::engine
