#include "sessions/session_service.hpp"

#include <algorithm>
#include <array>
#include <shared_mutex>
#include <unordered_map>

#include "base/bytes.hpp"
#include "sessions/live_session.hpp"
#include "sessions/state_json.hpp"
#include "sessions/tokens.hpp"

namespace firn::sessions {
namespace {

constexpr std::array kSteps{store::Migration{1, R"sql(
CREATE TABLE sessions_session (
  id BIGINT PRIMARY KEY,
  state TEXT NOT NULL,
  session_sha256 TEXT NOT NULL,
  session_expires_ms BIGINT NOT NULL,
  master_sha256 TEXT NOT NULL,
  master_expires_ms BIGINT NOT NULL,
  old_session_sha256 TEXT NOT NULL,
  old_session_expires_ms BIGINT NOT NULL,
  old_master_sha256 TEXT NOT NULL,
  old_master_expires_ms BIGINT NOT NULL
);
)sql"}};

Error Refused(int number, std::string message) {
  return SqlError(Code::kUnauthenticated, number, "08001", std::move(message));
}

Error NoSuchSession() {
  return Refused(390104, "Session no longer exists. New login required to access the service.");
}

class SessionServiceImpl final : public SessionService {
 public:
  SessionServiceImpl(store::Database& database, const Clock& clock, std::size_t max_sessions)
      : database_(database), clock_(clock), max_sessions_(max_sessions) {}

  Status Load();

  Result<Opened> Create(SessionState initial) override;
  Result<std::shared_ptr<Session>> FindByToken(const std::string& session_token) override;
  Result<std::shared_ptr<Session>> Find(std::int64_t id) override;
  Result<Opened> Renew(const std::string& master_token) override;
  Status Heartbeat(const std::string& session_token) override;
  Status Close(std::int64_t id) override;
  std::vector<std::shared_ptr<Session>> Live() const override;
  std::vector<std::int64_t> Sweep() override;

 private:
  struct Entry {
    std::shared_ptr<LiveSession> session;
    TokenSet tokens;
    std::int64_t stored_master_expires_ms = 0;
    /// A heartbeat does not wait for a renewal of another session, nor the other way round.
    std::shared_ptr<std::mutex> renewals = std::make_shared<std::mutex>();
  };

  static std::array<const StoredToken*, 4> All(const TokenSet& tokens) {
    return {&tokens.session, &tokens.master, &tokens.old_session, &tokens.old_master};
  }
  void Insert(Entry entry);
  /// Takes the session out of memory and ends it; with no lock held.
  void Remove(std::int64_t id);
  [[nodiscard]] std::optional<Entry> EntryOf(const std::string& digest) const;
  Status StoreTokens(std::int64_t id, const TokenSet& tokens);
  std::int64_t NewId();

  store::Database& database_;
  const Clock& clock_;
  const std::size_t max_sessions_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::int64_t, Entry> entries_;
  std::unordered_map<std::string, std::int64_t> by_digest_;
  std::int64_t last_id_ = 0;
  std::size_t being_made_ = 0;
};

Status SessionServiceImpl::Load() {
  FIRN_CHECK(database_.Migrate("sessions", kSteps));
  FIRN_CHECK(database_.Execute("DELETE FROM sessions_session WHERE master_expires_ms <= ?",
                               {clock_.NowMs()}));
  FIRN_TRY(const auto rows,
           database_.Query("SELECT id, state, session_sha256, session_expires_ms, master_sha256,"
                           " master_expires_ms, old_session_sha256, old_session_expires_ms,"
                           " old_master_sha256, old_master_expires_ms FROM sessions_session"));
  for (const auto& row : rows) {
    const std::int64_t id = store::AsInt(row.at(0));
    auto state = StateFromJson(store::AsText(row.at(1)));
    if (!state) {
      // Nobody can go on with it; the client logs in again.
      FIRN_CHECK(database_.Execute("DELETE FROM sessions_session WHERE id = ?", {id}));
      continue;
    }
    state->id = id;
    const auto token = [&](std::size_t column) {
      return StoredToken{store::AsText(row.at(column)), store::AsInt(row.at(column + 1))};
    };
    Entry entry;
    entry.session = std::make_shared<LiveSession>(database_, *std::move(state));
    entry.tokens = {token(2), token(4), token(6), token(8)};
    entry.stored_master_expires_ms = entry.tokens.master.expires_ms;
    last_id_ = std::max(last_id_, id);
    Insert(std::move(entry));
  }
  return {};
}

void SessionServiceImpl::Insert(Entry entry) {
  const std::int64_t id = entry.session->id();
  for (const StoredToken* token : All(entry.tokens)) {
    if (!token->sha256.empty()) by_digest_[token->sha256] = id;
  }
  entries_.insert_or_assign(id, std::move(entry));
}

void SessionServiceImpl::Remove(std::int64_t id) {
  std::shared_ptr<LiveSession> session;
  {
    const std::unique_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    for (const StoredToken* token : All(found->second.tokens)) by_digest_.erase(token->sha256);
    session = std::move(found->second.session);
    entries_.erase(found);
  }
  session->End();
}

std::optional<SessionServiceImpl::Entry> SessionServiceImpl::EntryOf(
    const std::string& digest) const {
  const std::shared_lock lock(mutex_);
  const auto id = by_digest_.find(digest);
  if (id == by_digest_.end()) return std::nullopt;
  return entries_.at(id->second);
}

/// Grows with time, so that an id of a session long gone is not given out again.
std::int64_t SessionServiceImpl::NewId() {
  last_id_ = std::max(last_id_ + 1, clock_.NowMs() * 1000);
  return last_id_;
}

Result<Opened> SessionServiceImpl::Create(SessionState initial) {
  const std::int64_t now_ms = clock_.NowMs();
  const auto is_full = [&] { return entries_.size() + being_made_ >= max_sessions_; };
  {
    std::unique_lock lock(mutex_);
    if (is_full()) {
      lock.unlock();
      Sweep();
      lock.lock();
    }
    if (is_full()) {
      return Error{Code::kExhausted,
                   "There are " + std::to_string(max_sessions_) +
                       " sessions, the most that Firn keeps. Close some, or wait until idle ones "
                       "end."};
    }
    ++being_made_;
    initial.id = NewId();
  }
  initial.created_ms = now_ms;
  Opened opened;
  opened.tokens.session_token = NewToken();
  opened.tokens.master_token = NewToken();
  Entry entry;
  entry.tokens.session = {TokenDigest(opened.tokens.session_token), now_ms + kSessionTokenMs};
  entry.tokens.master = {TokenDigest(opened.tokens.master_token), now_ms + kMasterTokenMs};
  entry.stored_master_expires_ms = entry.tokens.master.expires_ms;
  const auto stored = database_.Execute(
      "INSERT INTO sessions_session (id, state, session_sha256, session_expires_ms, master_sha256,"
      " master_expires_ms, old_session_sha256, old_session_expires_ms, old_master_sha256,"
      " old_master_expires_ms) VALUES (?, ?, ?, ?, ?, ?, '', 0, '', 0)",
      {initial.id, StateToJson(initial), entry.tokens.session.sha256,
       entry.tokens.session.expires_ms, entry.tokens.master.sha256,
       entry.tokens.master.expires_ms});
  entry.session = std::make_shared<LiveSession>(database_, std::move(initial));
  opened.session = entry.session;
  const std::unique_lock lock(mutex_);
  --being_made_;
  if (!stored) return stored.error();
  Insert(std::move(entry));
  return opened;
}

Result<std::shared_ptr<Session>> SessionServiceImpl::FindByToken(const std::string& session_token) {
  const std::string digest = TokenDigest(session_token);
  const std::int64_t now_ms = clock_.NowMs();
  const std::shared_lock lock(mutex_);
  const auto id = by_digest_.find(digest);
  if (id == by_digest_.end()) return NoSuchSession();
  const Entry& entry = entries_.at(id->second);
  const TokenSet& tokens = entry.tokens;
  const bool is_current = digest == tokens.session.sha256;
  if (!is_current && digest != tokens.old_session.sha256) return NoSuchSession();
  const auto& token = is_current ? tokens.session : tokens.old_session;
  if (token.expires_ms <= now_ms) {
    return Refused(390112, "Your session has expired. Please renew it with the master token.");
  }
  return std::shared_ptr<Session>(entry.session);
}

Result<std::shared_ptr<Session>> SessionServiceImpl::Find(std::int64_t id) {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) {
    return Error{Code::kNotFound, "There is no session " + std::to_string(id) + "."};
  }
  return std::shared_ptr<Session>(found->second.session);
}

Status SessionServiceImpl::StoreTokens(std::int64_t id, const TokenSet& tokens) {
  FIRN_TRY(const std::int64_t changed,
           database_.Execute(
               "UPDATE sessions_session SET session_sha256 = ?, session_expires_ms = ?,"
               " master_sha256 = ?, master_expires_ms = ?, old_session_sha256 = ?,"
               " old_session_expires_ms = ?, old_master_sha256 = ?, old_master_expires_ms = ?"
               " WHERE id = ?",
               {tokens.session.sha256, tokens.session.expires_ms, tokens.master.sha256,
                tokens.master.expires_ms, tokens.old_session.sha256, tokens.old_session.expires_ms,
                tokens.old_master.sha256, tokens.old_master.expires_ms, id}));
  if (changed == 0) return NoSuchSession();
  return {};
}

Result<Opened> SessionServiceImpl::Renew(const std::string& master_token) {
  const std::string digest = TokenDigest(master_token);
  const auto known = EntryOf(digest);
  if (!known) return Refused(390113, "Master token is not found. Please log in again.");
  const std::lock_guard one_at_a_time(*known->renewals);
  const auto entry = EntryOf(digest);  // another renewal may have come before
  if (!entry) return Refused(390113, "Master token is not found. Please log in again.");

  const std::int64_t now_ms = clock_.NowMs();
  const bool is_current = digest == entry->tokens.master.sha256;
  if (!is_current && digest != entry->tokens.old_master.sha256) {
    return Refused(390115, "Master token is invalid. Please log in again.");
  }
  const auto& used = is_current ? entry->tokens.master : entry->tokens.old_master;
  if (used.expires_ms <= now_ms) {
    return Refused(390114, "Master token has expired. Please log in again.");
  }

  Opened opened{entry->session, {}};
  opened.tokens.session_token = NewToken();
  opened.tokens.master_token = NewToken();
  Entry renewed = *entry;
  renewed.tokens.old_session = entry->tokens.session;
  renewed.tokens.old_master = {digest, std::min(used.expires_ms, now_ms + kOldMasterMs)};
  renewed.tokens.session = {TokenDigest(opened.tokens.session_token), now_ms + kSessionTokenMs};
  renewed.tokens.master = {TokenDigest(opened.tokens.master_token), now_ms + kMasterTokenMs};
  renewed.stored_master_expires_ms = renewed.tokens.master.expires_ms;
  FIRN_CHECK(StoreTokens(renewed.session->id(), renewed.tokens));

  const std::unique_lock lock(mutex_);
  const auto found = entries_.find(renewed.session->id());
  if (found == entries_.end()) return NoSuchSession();
  for (const StoredToken* token : All(found->second.tokens)) by_digest_.erase(token->sha256);
  Insert(std::move(renewed));
  return opened;
}

Status SessionServiceImpl::Heartbeat(const std::string& session_token) {
  FIRN_CHECK(FindByToken(session_token));
  const std::string digest = TokenDigest(session_token);
  const auto known = EntryOf(digest);
  if (!known) return NoSuchSession();
  const std::lock_guard one_at_a_time(*known->renewals);
  const std::int64_t id = known->session->id();
  const std::int64_t ends_ms = clock_.NowMs() + kMasterTokenMs;
  {
    const std::unique_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return NoSuchSession();
    Entry& entry = found->second;
    entry.tokens.master.expires_ms = std::max(entry.tokens.master.expires_ms, ends_ms);
    if (ends_ms < entry.stored_master_expires_ms + kHeartbeatStepMs) return {};
  }
  FIRN_CHECK(database_.Execute("UPDATE sessions_session SET master_expires_ms = ? WHERE id = ?",
                               {ends_ms, id}));
  const std::unique_lock lock(mutex_);
  if (const auto found = entries_.find(id); found != entries_.end()) {
    found->second.stored_master_expires_ms = ends_ms;
  }
  return {};
}

Status SessionServiceImpl::Close(std::int64_t id) {
  FIRN_CHECK(Find(id));
  // First the store: a session that is gone here must not come back with a restart.
  FIRN_CHECK(database_.Execute("DELETE FROM sessions_session WHERE id = ?", {id}));
  Remove(id);
  return {};
}

std::vector<std::shared_ptr<Session>> SessionServiceImpl::Live() const {
  std::vector<std::shared_ptr<Session>> sessions;
  const std::shared_lock lock(mutex_);
  sessions.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) sessions.push_back(entry.session);
  return sessions;
}

std::vector<std::int64_t> SessionServiceImpl::Sweep() {
  const std::int64_t now_ms = clock_.NowMs();
  std::vector<std::int64_t> ended;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, entry] : entries_) {
      if (entry.tokens.master.expires_ms <= now_ms) ended.push_back(id);
    }
  }
  for (const std::int64_t id : ended) {
    // Where the store fails, the row stays: it has ended by its time, and the next start drops it.
    static_cast<void>(database_.Execute("DELETE FROM sessions_session WHERE id = ?", {id}));
    Remove(id);
  }
  return ended;
}

}  // namespace

Error SessionGone() {
  return Refused(390111, "Session no longer exists. New login required to access the service.");
}

std::string NewToken() { return Base64Encode(RandomBytes(48)); }
std::string TokenDigest(const std::string& token) { return HexEncode(Sha256(token)); }

Result<std::unique_ptr<SessionService>> SessionService::Open(store::Database& database,
                                                             const Clock& clock,
                                                             std::size_t max_sessions) {
  auto service = std::make_unique<SessionServiceImpl>(database, clock, max_sessions);
  FIRN_CHECK(service->Load());
  return std::unique_ptr<SessionService>(std::move(service));
}

}  // namespace firn::sessions
