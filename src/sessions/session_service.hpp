#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "access/principal.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "sessions/parameters.hpp"
#include "store/database.hpp"

namespace firn::sessions {

/// What of a session survives a restart: a value, copied out and put back.
struct SessionState {
  std::int64_t id = 0;
  access::Principal principal;
  std::string database, schema, warehouse;       ///< current ones; empty when none
  Parameters parameters;                         ///< set ones, on top of the defaults
  std::map<std::string, std::string> variables;  ///< SET x = …; values as SQL literals
  std::string client_app;                        ///< "PythonConnector 4.8.1"
  std::int64_t created_ms = 0;

  bool operator==(const SessionState&) const = default;
};

/// A live session. The state is read and changed under its own lock by State() and Update();
/// whatever lives no longer than the process (a DuckDB connection) hangs on `attachment` under a
/// key chosen by the module that owns it.
class Session {
 public:
  virtual ~Session() = default;
  [[nodiscard]] virtual std::int64_t id() const = 0;
  [[nodiscard]] virtual SessionState State() const = 0;
  /// Changes the state and stores it (only when it did change); on return it survives power loss.
  /// `change` works on a copy, must not call this session, and cannot change id and created_ms.
  /// Errors: the store's, kUnauthenticated 390111 for an ended session; then nothing changed.
  virtual Status Update(const std::function<void(SessionState&)>& change) = 0;
  /// The process-lived part: made by `make` the first time, without a lock (of two that come at
  /// once, the second is dropped). Ends with the session; after that it is the caller's alone.
  virtual std::shared_ptr<void> Attachment(const std::string& key,
                                           const std::function<std::shared_ptr<void>()>& make) = 0;
  virtual void DropAttachment(const std::string& key) = 0;
};

struct Tokens {
  std::string session_token;
  std::string master_token;
  std::int64_t session_valid_s = 3600;
  std::int64_t master_valid_s = 14400;
};

struct Opened {
  std::shared_ptr<Session> session;
  Tokens tokens;
};

/// Sessions and their tokens. Tokens are stored as SHA-256; sessions survive a restart.
/// Thread-safe. Ends what has been idle longer than its master token lives.
///
/// A session token is good for an hour, a master token for four; a renewal replaces both, and a
/// heartbeat gives the master token four hours from then on. After a renewal the session token
/// before stays good as long as it would have been, and the master token before for a minute: so
/// neither threads of one connection nor a lost answer end a session.
class SessionService {
 public:
  static Result<std::unique_ptr<SessionService>> Open(store::Database& database, const Clock& clock,
                                                      std::size_t max_sessions = 10'000);
  virtual ~SessionService() = default;

  /// `id` and `created_ms` are given here. Errors: kExhausted at `max_sessions`.
  virtual Result<Opened> Create(SessionState initial) = 0;
  /// Errors: kUnauthenticated 390112 "Your session has expired…" (session token too old: renew),
  /// 390104 for an unknown one (the client logs in again).
  /// Reads memory only.
  virtual Result<std::shared_ptr<Session>> FindByToken(const std::string& session_token) = 0;
  virtual Result<std::shared_ptr<Session>> Find(std::int64_t id) = 0;
  /// token-request. Errors: 390113 not found, 390114 expired, 390115 invalid.
  virtual Result<Opened> Renew(const std::string& master_token) = 0;
  virtual Status Heartbeat(const std::string& session_token) = 0;
  /// Ends the session with its tokens and attachments; when the store fails, it stays.
  virtual Status Close(std::int64_t id) = 0;
  virtual std::vector<std::shared_ptr<Session>> Live() const = 0;
  /// Ends expired sessions. Returns their ids.
  virtual std::vector<std::int64_t> Sweep() = 0;
};

}  // namespace firn::sessions
