#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "statements/run.hpp"

namespace firn::queries {

enum class State { kQueued, kRunning, kSucceeded, kFailed };

/// What a client asks to be run.
struct Request {
  std::shared_ptr<sessions::Session> session;
  std::string request_id;  ///< the client's; the same one again is the same query
  std::string text;
  std::vector<statements::Binding> bindings;
  std::string bind_stage;
  std::map<std::string, std::string> parameters;  ///< for this statement only
  bool describe_only = false;
  bool is_async = false;
  std::string base_url;
};

/// How a query ended: a finished statement, or the ids of those a multi-statement ran.
struct Ended {
  statements::Finished finished;
  std::vector<std::string> child_ids;
  std::vector<statements::StatementType> child_types;
};

/// A query from its arrival to the end of its result's life. Thread-safe.
class Query {
 public:
  Query(std::string query_id, Request query_request)
      : id(std::move(query_id)), request(std::move(query_request)) {}

  const std::string id;
  const Request request;

  [[nodiscard]] State state() const;
  [[nodiscard]] bool done() const;
  /// Null until done.
  [[nodiscard]] std::shared_ptr<const Result<Ended>> result() const;

  /// Calls back once the query has ended, at once if it has; from the thread that ends it.
  void WhenDone(std::function<void()> callback);
  void Cancel() { cancellation.Cancel(); }
  void MarkRunning();
  void Finish(Result<Ended> result);

  statements::Cancellation cancellation;
  std::int64_t start_ms = 0;     ///< set before it is queued
  std::int64_t deadline_ms = 0;  ///< STATEMENT_TIMEOUT_IN_SECONDS; 0: none; set before it is queued
  std::atomic<bool> timed_out{false};

 private:
  mutable std::mutex mutex_;
  State state_ = State::kQueued;                  // guarded by mutex_
  std::shared_ptr<const Result<Ended>> result_;   // guarded by mutex_
  std::vector<std::function<void()>> when_done_;  // guarded by mutex_
};

}  // namespace firn::queries
