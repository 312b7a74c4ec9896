#include "sql/translator.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "sql/lexer.hpp"
#include "sql/translation_cache.hpp"
#include "sql/translation_json.hpp"
#include "sql/worker.hpp"

namespace firn::sql {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kAttempts = 2;
constexpr std::string_view kSlotPrefix = "\"firn:";

/// How long to wait before the start that follows this many failed ones.
std::chrono::milliseconds Backoff(int failures) {
  if (failures == 0) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(std::min(100 << std::min(failures - 1, 6), 5'000));
}

Status CheckStatement(std::string_view statement) {
  if (!IsUtf8(statement)) {
    return SqlError(Code::kInvalid, 1003, "42000", "The statement is not valid UTF-8.");
  }
  if (statement.find(kSlotPrefix) == std::string_view::npos) return {};
  FIRN_TRY(const auto tokens, Lex(statement));
  for (const auto& token : tokens) {
    if (token.kind == TokenKind::kQuotedName && token.text.starts_with(kSlotPrefix)) {
      return SqlError(Code::kInvalid, 904, "42000",
                      "SQL compilation error:\ninvalid identifier '" + std::string(token.text) +
                          "': names that begin with \"firn: are kept for Firn.");
    }
  }
  return {};
}

class WorkerPool final : public Translator {
 public:
  explicit WorkerPool(const TranslatorSettings& settings)
      : settings_(settings),
        cache_(settings.cache_entries, settings.cache_bytes),
        slots_(static_cast<std::size_t>(std::max(1, settings.workers))) {
    supervisor_ = std::thread([this] { Supervise(); });
  }

  ~WorkerPool() override {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    supervisor_.join();
  }

  Result<std::shared_ptr<const Translation>> Translate(std::string_view statement) override {
    if (auto found = cache_.Find(statement)) {
      hits_.fetch_add(1, std::memory_order_relaxed);
      return found;
    }
    misses_.fetch_add(1, std::memory_order_relaxed);
    FIRN_CHECK(CheckStatement(statement));
    for (int attempt = 1;; ++attempt) {
      FIRN_TRY(Slot * slot, Acquire());
      auto outcome = slot->worker->Translate(statement, settings_);
      Release(*slot, outcome.end != Worker::End::kSound);
      if (outcome.end == Worker::End::kDead && attempt < kAttempts) continue;
      if (!outcome.translation) return std::move(outcome.translation).error();
      auto translation = std::make_shared<const Translation>(*std::move(outcome.translation));
      cache_.Add(statement, translation);
      return std::shared_ptr<const Translation>(std::move(translation));
    }
  }

  [[nodiscard]] TranslatorStats stats() const override {
    return {hits_.load(), misses_.load(), restarts_.load()};
  }

  [[nodiscard]] std::vector<int> pids() const override {
    const std::lock_guard lock(mutex_);
    std::vector<int> pids;
    for (const auto& slot : slots_) {
      if (slot.state == State::kIdle || slot.state == State::kBusy) pids.push_back(slot.pid);
    }
    return pids;
  }

 private:
  enum class State { kAbsent, kStarting, kIdle, kBusy };
  /// `worker` belongs to whoever set kStarting (the supervisor) or kBusy; the rest is guarded.
  struct Slot {
    State state = State::kAbsent;
    std::optional<Worker> worker;
    int pid = 0;
    int failures = 0;  ///< starts in a row that came to nothing
    bool was_started = false;
    SteadyClock::time_point not_before{};
  };

  Result<Slot*> Acquire() {
    std::unique_lock lock(mutex_);
    const auto deadline = SteadyClock::now() + std::chrono::milliseconds(settings_.timeout_ms);
    while (true) {
      Slot* idle = nullptr;
      bool are_failing = true;
      for (auto& slot : slots_) {
        if (slot.state == State::kIdle && (idle == nullptr || !idle->worker->was_ready())) {
          idle = &slot;
        }
        are_failing = are_failing && slot.state == State::kAbsent && slot.failures >= 3;
      }
      if (idle != nullptr) {
        idle->state = State::kBusy;
        return idle;
      }
      if (are_failing) {
        return Error{Code::kUnavailable,
                     "The SQL translator does not start. Its own words are in the log of the "
                     "daemon; `firn doctor` says what is missing."};
      }
      if (changed_.wait_until(lock, deadline) == std::cv_status::timeout) {
        return Error{Code::kTimeout, "No SQL translator was free within " +
                                         std::to_string(settings_.timeout_ms) +
                                         " ms. Run the statement again later."};
      }
    }
  }

  void Release(Slot& slot, bool is_dead) {
    bool was_ready = false;
    if (is_dead) {
      was_ready = slot.worker->was_ready();
      slot.worker->Kill();
      slot.worker.reset();
    }
    {
      const std::lock_guard lock(mutex_);
      if (is_dead) {
        slot.failures = was_ready ? 0 : slot.failures + 1;
        slot.not_before = SteadyClock::now() + Backoff(slot.failures);
      } else {
        slot.failures = 0;
      }
      slot.state = is_dead ? State::kAbsent : State::kIdle;
    }
    changed_.notify_all();
  }

  /// Starts what is absent. All workers are children of this thread, which outlives them.
  void Supervise() {
    std::unique_lock lock(mutex_);
    while (!is_stopping_) {
      const auto now = SteadyClock::now();
      auto next = SteadyClock::time_point::max();
      Slot* absent = nullptr;
      for (auto& slot : slots_) {
        if (slot.state != State::kAbsent) continue;
        if (slot.not_before <= now) absent = &slot;
        next = std::min(next, slot.not_before);
      }
      if (absent != nullptr) {
        StartWorker(*absent, lock);
      } else if (next == SteadyClock::time_point::max()) {
        changed_.wait(lock);
      } else {
        changed_.wait_until(lock, next);
      }
    }
    lock.unlock();
    for (auto& slot : slots_) slot.worker.reset();
  }

  void StartWorker(Slot& slot, std::unique_lock<std::mutex>& lock) {
    slot.state = State::kStarting;
    if (slot.was_started) restarts_.fetch_add(1, std::memory_order_relaxed);
    slot.was_started = true;
    lock.unlock();
    auto worker = Worker::Start(settings_);
    if (worker) slot.worker.emplace(*std::move(worker));
    lock.lock();
    if (slot.worker) {
      slot.pid = slot.worker->pid();
      slot.state = State::kIdle;
    } else {
      ++slot.failures;
      slot.not_before = SteadyClock::now() + Backoff(slot.failures);
      slot.state = State::kAbsent;
    }
    changed_.notify_all();
  }

  const TranslatorSettings settings_;
  TranslationCache cache_;
  std::atomic<std::int64_t> hits_{0};
  std::atomic<std::int64_t> misses_{0};
  std::atomic<std::int64_t> restarts_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // a slot's state, or is_stopping_
  bool is_stopping_ = false;
  std::vector<Slot> slots_;
  std::thread supervisor_;
};

}  // namespace

Result<std::unique_ptr<Translator>> Translator::Start(const TranslatorSettings& settings) {
  if (settings.argv.empty() || settings.timeout_ms <= 0 || settings.start_timeout_ms <= 0) {
    return Error{Code::kInvalid, "The SQL translator needs a program and positive limits."};
  }
  return std::unique_ptr<Translator>(std::make_unique<WorkerPool>(settings));
}

}  // namespace firn::sql
