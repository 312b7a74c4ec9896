#include "sessions/live_session.hpp"

#include "sessions/state_json.hpp"

namespace firn::sessions {

SessionState LiveSession::State() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Status LiveSession::Update(const std::function<void(SessionState&)>& change) {
  const std::lock_guard one_at_a_time(updates_);
  const SessionState before = State();
  SessionState after = before;
  change(after);
  after.id = before.id;
  after.created_ms = before.created_ms;
  if (after == before) return {};
  FIRN_TRY(const std::int64_t changed,
           database_.Execute("UPDATE sessions_session SET state = ? WHERE id = ?",
                             {StateToJson(after), id_}));
  if (changed == 0) return SessionGone();
  const std::lock_guard lock(mutex_);
  state_ = std::move(after);
  return {};
}

std::shared_ptr<void> LiveSession::Attachment(const std::string& key,
                                              const std::function<std::shared_ptr<void>()>& make) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = attachments_.find(key); found != attachments_.end()) {
      return found->second;
    }
  }
  std::shared_ptr<void> made = make();
  const std::lock_guard lock(mutex_);
  if (ended_ || made == nullptr) return made;
  // `made` outlives the lock, so a second one is destroyed after it.
  return attachments_.try_emplace(key, made).first->second;
}

void LiveSession::DropAttachment(const std::string& key) {
  std::shared_ptr<void> dropped;
  const std::lock_guard lock(mutex_);
  if (const auto found = attachments_.find(key); found != attachments_.end()) {
    dropped = std::move(found->second);
    attachments_.erase(found);
  }
}

void LiveSession::End() {
  std::map<std::string, std::shared_ptr<void>> dropped;
  const std::lock_guard lock(mutex_);
  ended_ = true;
  dropped.swap(attachments_);
}

}  // namespace firn::sessions
