#pragma once

#include <mutex>

#include "sessions/session_service.hpp"

namespace firn::sessions {

/// A session in memory with its row in the store.
class LiveSession final : public Session {
 public:
  LiveSession(store::Database& database, SessionState state)
      : database_(database), id_(state.id), state_(std::move(state)) {}

  [[nodiscard]] std::int64_t id() const override { return id_; }
  [[nodiscard]] SessionState State() const override;
  Status Update(const std::function<void(SessionState&)>& change) override;
  std::shared_ptr<void> Attachment(const std::string& key,
                                   const std::function<std::shared_ptr<void>()>& make) override;
  void DropAttachment(const std::string& key) override;

  /// Drops the attachments, in the caller's thread, and keeps no new ones.
  void End();

 private:
  store::Database& database_;
  const std::int64_t id_;
  std::mutex updates_;  ///< held over one whole update, the write included
  mutable std::mutex mutex_;
  SessionState state_;
  bool ended_ = false;
  std::map<std::string, std::shared_ptr<void>> attachments_;
};

/// 390111: the client logs in again.
Error SessionGone();

}  // namespace firn::sessions
