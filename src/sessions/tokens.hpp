#pragma once

#include <cstdint>
#include <string>

namespace firn::sessions {

inline constexpr std::int64_t kSessionTokenMs = 3'600'000;
inline constexpr std::int64_t kMasterTokenMs = 4 * kSessionTokenMs;
/// For a client whose answer to a renewal got lost.
inline constexpr std::int64_t kOldMasterMs = 60'000;
/// A heartbeat is written down when it moves the end of the session by at least this much.
inline constexpr std::int64_t kHeartbeatStepMs = 60'000;

/// A stored token: its digest and its end. An empty digest is none.
struct StoredToken {
  std::string sha256;  ///< hex
  std::int64_t expires_ms = 0;
};

/// The tokens of one session; after a renewal also the ones before.
struct TokenSet {
  StoredToken session, master, old_session, old_master;
};

/// 48 random bytes as base64.
std::string NewToken();
std::string TokenDigest(const std::string& token);

}  // namespace firn::sessions
