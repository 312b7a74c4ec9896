#include "queries/query_service.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/names.hpp"
#include "observe/log.hpp"
#include "sql/lexer.hpp"

namespace firn::queries {
namespace {

constexpr auto kWatchEvery = std::chrono::milliseconds(200);
constexpr std::size_t kRememberedPerSession = 100;
constexpr std::int64_t kEstimateBytes = 64LL << 20;

std::string RequestKey(const Request& request) {
  return std::to_string(request.session->id()) + "/" + request.request_id;
}

/// Cancelling must not wait behind what it is to cancel.
bool SkipsAdmission(std::string_view text) {
  return UpperCase(text.substr(0, 64)).find("SYSTEM$CANCEL") != std::string::npos;
}

}  // namespace

QueryService::QueryService(statements::Services& services, engine::Admission& admission,
                           History& history, observe::Metrics& metrics, Settings settings)
    : services_(services),
      admission_(admission),
      history_(history),
      finished_(metrics.AddCounter("firn_statements_total", "Statements that have ended.")),
      failed_(metrics.AddCounter("firn_statements_failed_total", "Statements that have failed.")),
      seconds_(metrics.AddHistogram("firn_statement_seconds", "Seconds from arrival to end.")),
      settings_(settings),
      watcher_([this] { Watch(); }) {
  metrics.AddGauge("firn_statements_running", "Statements under way.",
                   [this] { return static_cast<double>(running_.load()); });
}

QueryService::~QueryService() { Stop(0); }

Result<std::shared_ptr<Query>> QueryService::Submit(Request request) {
  const auto now_ms = services_.clock.NowMs();
  auto query = std::make_shared<Query>(NewOrderedUuid(), std::move(request));
  query->start_ms = now_ms;
  const auto state = query->request.session->State();
  const auto timeout_s = std::atoll(state.parameters.Get("STATEMENT_TIMEOUT_IN_SECONDS").c_str());
  if (timeout_s > 0) query->deadline_ms = now_ms + timeout_s * 1000;
  const bool has_request_id = !query->request.request_id.empty();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error{Code::kUnavailable, "Firn is stopping; try again when it is back"};
    if (has_request_id) {
      // A client that lost the connection sends the same request again; it must not run twice.
      const auto known = by_request_.find(RequestKey(query->request));
      if (known != by_request_.end()) return known->second;
      by_request_[RequestKey(query->request)] = query;
    }
    by_id_[query->id] = query;
    under_way_[query->id] = query;
  }
  if (query->request.is_async) {
    if (const auto begun = history_.Begin(Entry(*query)); !begun) {
      query->Finish(Error(begun.error()));
      return begun.error();
    }
  }
  const std::lock_guard lock(mutex_);
  queue_.push_back(query);
  if (idle_ == 0 && static_cast<int>(threads_.size()) < settings_.threads) {
    threads_.emplace_back([this] { RunThread(); });
  }
  work_.notify_one();
  return query;
}

std::shared_ptr<Query> QueryService::Find(const std::string& id, const std::string& user) {
  const std::lock_guard lock(mutex_);
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return nullptr;
  return at->second->request.session->State().principal.user == user ? at->second : nullptr;
}

Status QueryService::Cancel(const std::string& id, const std::string& user) {
  const auto query = Find(id, user);
  if (!query) return SqlError(Code::kNotFound, 709, "02000", "Statement " + id + " not found");
  query->Cancel();
  return {};
}

Status QueryService::CancelRequest(const std::string& request_id, std::int64_t session_id) {
  std::shared_ptr<Query> query;
  {
    const std::lock_guard lock(mutex_);
    const auto at = by_request_.find(std::to_string(session_id) + "/" + request_id);
    if (at != by_request_.end()) query = at->second;
  }
  if (!query) {
    return SqlError(Code::kNotFound, 709, "02000", "Request " + request_id + " not found");
  }
  query->Cancel();
  return {};
}

void QueryService::CancelSession(std::int64_t session_id, const std::string& but_query_id) {
  std::vector<std::shared_ptr<Query>> found;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, query] : under_way_) {
      if (query->request.session->id() == session_id && id != but_query_id) found.push_back(query);
    }
  }
  for (const auto& query : found) query->Cancel();
}

void QueryService::RunThread() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    const auto query = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    ++running_;
    RunOne(*query);
    --running_;
    lock.lock();
    under_way_.erase(query->id);
    ended_.push_back(query);
    Forget(services_.clock.NowMs());
    changed_.notify_all();
  }
}

void QueryService::RunOne(Query& query) {
  query.MarkRunning();
  auto result = [&]() -> Result<Ended> {
    // What escapes from below is a bug of ours or a third party's; it must not end the daemon.
    try {
      return Execute(query);
    } catch (const std::exception& failure) {
      observe::Logger().Error("query.broke", {{"query_id", std::string_view(query.id)},
                                              {"because", std::string_view(failure.what())}});
      return SqlError(
          Code::kInternal, 603, "XX000",
          "Firn failed inside while it ran query " + query.id + "; the log has the reason.");
    }
  }();
  if (!result && query.timed_out.load()) {
    result =
        SqlError(Code::kTimeout, 630, "57014",
                 "Statement reached its statement or warehouse timeout of " +
                     query.request.session->State().parameters.Get("STATEMENT_TIMEOUT_IN_SECONDS") +
                     " second(s) and was canceled.");
  } else if (!result && query.cancellation.cancelled()) {
    result = SqlError(Code::kCancelled, 604, "57014", "SQL execution canceled");
  }
  Record(query, result);
  query.Finish(std::move(result));
}

Result<Ended> QueryService::Execute(Query& query) {
  if (query.cancellation.cancelled()) return Error{Code::kCancelled, "SQL execution canceled"};
  FIRN_TRY(const auto texts, sql::SplitStatements(query.request.text));
  if (texts.size() <= 1) {
    const auto text = texts.empty() ? std::string_view() : texts.front();
    Ended ended;
    FIRN_TRY(ended.finished, RunStatement(query, query.id, std::string(text)));
    return ended;
  }
  const auto& given = query.request.parameters;
  const auto at = given.find("MULTI_STATEMENT_COUNT");
  const auto wanted = at != given.end()
                          ? at->second
                          : query.request.session->State().parameters.Get("MULTI_STATEMENT_COUNT");
  if (wanted != "0" && wanted != std::to_string(texts.size())) {
    return SqlError(Code::kInvalid, 8, "0A000",
                    "Actual statement count " + std::to_string(texts.size()) +
                        " did not match the desired statement count " + wanted + ".");
  }
  return RunAll(query, texts);
}

Result<Ended> QueryService::RunAll(Query& query, const std::vector<std::string_view>& texts) {
  Ended ended;
  ended.finished.type = statements::StatementType::kMultiStatement;
  ended.finished.outcome = statements::StatusOutcome("Multiple statements executed successfully.");
  for (const auto text : texts) {
    // Each part is a query of its own, so that the client can fetch each result by its id.
    auto request = query.request;
    request.request_id.clear();
    request.text = std::string(text);
    const auto part = std::make_shared<Query>(NewOrderedUuid(), std::move(request));
    part->start_ms = services_.clock.NowMs();
    {
      const std::lock_guard lock(mutex_);
      by_id_[part->id] = part;
      ended_.push_back(part);
    }
    auto finished = RunStatement(query, part->id, part->request.text);
    Result<Ended> result =
        finished ? Result<Ended>(Ended{*finished, {}, {}}) : Result<Ended>(finished.error());
    Record(*part, result);
    part->Finish(std::move(result));
    if (!finished) return Error(std::move(finished).error());
    ended.child_ids.push_back(part->id);
    ended.child_types.push_back(finished->type);
  }
  return ended;
}

Result<statements::Finished> QueryService::RunStatement(Query& query, const std::string& id,
                                                        std::string text) {
  auto& session = *query.request.session;
  auto state = session.State();
  for (const auto& [name, value] : query.request.parameters) {
    // Parameters of the request that are none of a session (telemetry's) are no error.
    if (sessions::FindParameter(name) != nullptr) FIRN_CHECK(state.parameters.Set(name, value));
  }
  const auto session_id = state.id;
  std::optional<engine::Admission::Ticket> ticket;
  if (!SkipsAdmission(text)) {
    const auto queue_s =
        std::atoll(state.parameters.Get("STATEMENT_QUEUED_TIMEOUT_IN_SECONDS").c_str());
    std::stop_source stop;
    query.cancellation.OnCancel([&stop] { stop.request_stop(); });
    auto entered =
        admission_.Enter(state.principal.user, kEstimateBytes,
                         std::chrono::seconds(queue_s > 0 ? queue_s : 48 * 3600), stop.get_token());
    query.cancellation.OnCancel({});
    if (!entered) return Error(std::move(entered).error());
    ticket.emplace(*std::move(entered));
  }
  statements::Execution execution{services_,
                                  session,
                                  std::move(state),
                                  id,
                                  std::move(text),
                                  {},
                                  query.request.bindings,
                                  query.request.bind_stage,
                                  query.request.describe_only,
                                  query.request.base_url,
                                  Previous(session_id),
                                  query.cancellation};
  auto finished = statements::Run(execution);
  if (!finished) return finished;
  auto& outcome = finished->outcome;
  const bool own_rows = !outcome.result && !outcome.transfer && !execution.describe_only;
  if (own_rows) {
    FIRN_TRY(outcome.result, services_.results.WriteText(id, execution.state.principal.user,
                                                         outcome.columns, outcome.rows));
  }
  return finished;
}

HistoryEntry QueryService::Entry(const Query& query) const {
  const auto state = query.request.session->State();
  HistoryEntry entry;
  entry.id = query.id;
  entry.session_id = state.id;
  entry.user = state.principal.user;
  entry.role = state.principal.role;
  entry.database = state.database;
  entry.schema = state.schema;
  entry.warehouse = state.warehouse;
  entry.text = query.request.text;
  const auto tag = query.request.parameters.find("QUERY_TAG");
  entry.tag =
      tag != query.request.parameters.end() ? tag->second : state.parameters.Get("QUERY_TAG");
  entry.state = "RUNNING";
  entry.start_ms = query.start_ms;
  return entry;
}

void QueryService::Record(Query& query, const Result<Ended>& result) {
  auto entry = Entry(query);
  entry.end_ms = services_.clock.NowMs();
  finished_.Add();
  seconds_.Observe(static_cast<double>(entry.end_ms - entry.start_ms) / 1000.0);
  if (result) {
    entry.state = "SUCCESS";
    entry.statement_type = static_cast<int>(result->finished.type);
    if (const auto& set = result->finished.outcome.result) entry.rows = set->total_rows;
    for (const auto& child : result->child_ids) {
      entry.child_ids += (entry.child_ids.empty() ? "" : ",") + child;
    }
  } else {
    failed_.Add();
    entry.state = "FAILED_WITH_ERROR";
    entry.error_number = result.error().sql_number;
    entry.error_message = result.error().message;
  }
  if (!query.request.describe_only) {
    const std::lock_guard lock(mutex_);
    auto& previous = previous_[entry.session_id];
    previous.push_front(query.id);
    if (previous.size() > kRememberedPerSession) previous.pop_back();
    if (!services_.sessions.Find(entry.session_id)) previous_.erase(entry.session_id);
  }
  history_.End(std::move(entry));
}

std::vector<std::string> QueryService::Previous(std::int64_t session_id) {
  const std::lock_guard lock(mutex_);
  const auto at = previous_.find(session_id);
  if (at == previous_.end()) return {};
  return {at->second.begin(), at->second.end()};
}

void QueryService::Forget(std::int64_t now_ms) {
  while (!ended_.empty()) {
    const auto& oldest = ended_.front();
    const bool old = oldest->start_ms + settings_.keep_finished_ms < now_ms;
    if (!old && ended_.size() <= settings_.keep_finished) return;
    by_id_.erase(oldest->id);
    by_request_.erase(RequestKey(oldest->request));
    ended_.pop_front();
  }
}

void QueryService::Watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || !under_way_.empty()) {
    changed_.wait_for(lock, kWatchEvery);
    const auto now_ms = services_.clock.NowMs();
    std::vector<std::shared_ptr<Query>> late;
    for (const auto& [id, query] : under_way_) {
      const bool timed_out = query->deadline_ms != 0 && query->deadline_ms <= now_ms;
      if (timed_out) query->timed_out = true;
      // Again and again: the engine forgets an interrupt that comes just before it begins.
      if (timed_out || query->cancellation.cancelled()) late.push_back(query);
    }
    lock.unlock();
    for (const auto& query : late) query->Cancel();
    lock.lock();
  }
}

void QueryService::Stop(int grace_s) {
  {
    std::unique_lock lock(mutex_);
    if (!watcher_.joinable()) return;
    stopping_ = true;
    work_.notify_all();
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(grace_s), [&] { return under_way_.empty(); });
    for (const auto& [id, query] : under_way_) query->Cancel();
  }
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    threads.swap(threads_);
  }
  for (auto& thread : threads) thread.join();
  watcher_.join();
}

}  // namespace firn::queries
