#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "observe/log.hpp"

namespace firn::observe {

/// The append-only audit stream, <home>/logs/audit.jsonl: who did what to which object, and how
/// it went. Thread-safe.
///
/// One JSON object a line: {"ts":…,"prev":"<sha256>","event":"login",…}. `prev` is the SHA-256, in
/// hex, of the line before it without its newline (64 zeros in the first), so a line removed or
/// changed anywhere but at the end shows. Lines cut off at the end do not: keep the last hash
/// elsewhere to see that.
///
/// A record is in the kernel when Record returns, and on the disk at most a second later: a sync
/// for each would cost more than what it records. A kill -9 thus loses nothing, a power cut at most
/// the last second. What could not be written is counted, told to the log, and stated by an
/// `audit.lost` event as soon as one can be written again.
class Audit {
 public:
  /// Continues the chain of `file`. A last line that a power cut left unfinished is taken out and
  /// kept as the text of an `audit.torn` event. Errors: those of opening and reading.
  static Result<std::unique_ptr<Audit>> Open(const std::string& file);
  virtual ~Audit() = default;
  virtual void Record(std::string_view event, std::initializer_list<Field> fields) = 0;
  /// Errors: kInvalid naming the first line that does not fit.
  static Status Verify(const std::string& file);
};

}  // namespace firn::observe
