#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/admission.hpp"
#include "observe/metrics.hpp"
#include "queries/history.hpp"
#include "queries/query.hpp"

namespace firn::queries {

struct Settings {
  int threads = 64;                          ///< most statements under way, waiting ones included
  std::int64_t keep_finished_ms = 3600'000;  ///< in memory; after that the history answers
  std::size_t keep_finished = 2000;
};

/// Runs what clients send, each statement on a thread of ours, and keeps what came of it until the
/// client has had time to fetch it. Thread-safe.
class QueryService {
 public:
  QueryService(statements::Services& services, engine::Admission& admission, History& history,
               observe::Metrics& metrics, Settings settings);
  /// Cancels what runs and waits for it.
  ~QueryService();
  QueryService(const QueryService&) = delete;
  QueryService& operator=(const QueryService&) = delete;

  /// Errors: kExhausted when too many statements are under way, kUnavailable while stopping.
  Result<std::shared_ptr<Query>> Submit(Request request);
  /// A query of the user's that is still in memory, or null.
  std::shared_ptr<Query> Find(const std::string& id, const std::string& user);
  History& history() { return history_; }

  /// Errors: kNotFound.
  Status Cancel(const std::string& id, const std::string& user);
  Status CancelRequest(const std::string& request_id, std::int64_t session_id);
  void CancelSession(std::int64_t session_id, const std::string& but_query_id);

  /// Takes nothing new, gives what runs `grace_s` seconds, then cancels it.
  void Stop(int grace_s);
  [[nodiscard]] int running() const { return running_.load(); }

 private:
  void RunThread();
  void RunOne(Query& query);
  Result<Ended> Execute(Query& query);
  Result<statements::Finished> RunStatement(Query& query, const std::string& id, std::string text);
  Result<Ended> RunAll(Query& query, const std::vector<std::string_view>& texts);
  HistoryEntry Entry(const Query& query) const;
  void Record(Query& query, const Result<Ended>& result);
  std::vector<std::string> Previous(std::int64_t session_id);
  void Forget(std::int64_t now_ms);  // REQUIRES: mutex_
  void Watch();

  statements::Services& services_;
  engine::Admission& admission_;
  History& history_;
  observe::Counter& finished_;
  observe::Counter& failed_;
  observe::Histogram& seconds_;
  const Settings settings_;

  std::mutex mutex_;
  std::condition_variable work_;              // something to run, for the threads
  std::condition_variable changed_;           // something has ended, for Stop and the watcher
  std::deque<std::shared_ptr<Query>> queue_;  // guarded by mutex_
  std::map<std::string, std::shared_ptr<Query>> under_way_;   // guarded by mutex_
  std::map<std::string, std::shared_ptr<Query>> by_id_;       // guarded by mutex_
  std::map<std::string, std::shared_ptr<Query>> by_request_;  // guarded by mutex_
  std::deque<std::shared_ptr<Query>> ended_;                  // guarded by mutex_
  std::map<std::int64_t, std::deque<std::string>> previous_;  // guarded by mutex_
  bool stopping_ = false;                                     // guarded by mutex_
  int idle_ = 0;                                              // guarded by mutex_
  std::vector<std::thread> threads_;                          // guarded by mutex_
  std::thread watcher_;
  std::atomic<int> running_{0};
};

}  // namespace firn::queries
