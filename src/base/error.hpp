#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace firn {

/// What kind of failure this is. Nothing else in Firn invents a code; one table maps each to
/// HTTP and to the CLI's exit status (base/error.cpp).
enum class Code {
  kInvalid,          ///< the request is wrong; sending it again will not help
  kUnauthenticated,  ///< nobody we know; log in (again)
  kDenied,           ///< known, but not allowed
  kNotFound,         ///< no such object, or none that the caller may see
  kExists,           ///< an object of that name is there already
  kConflict,     ///< another transaction or the object's state stands in the way; may be retried
  kExhausted,    ///< a quota, a queue or a disk is full; retry after freeing something
  kCancelled,    ///< somebody asked for it to stop
  kTimeout,      ///< a limit of time was reached
  kUnavailable,  ///< a part is starting, stopping or broken; may be retried
  kInternal,     ///< a bug of ours, or a third party's
};

std::string_view CodeName(Code code);
int HttpStatus(Code code);
int ExitStatus(Code code);

/// A failure that the caller is expected to meet. `message` is a sentence for the user: what,
/// which object, what to do; it never holds a secret. Where Snowflake has a number for it,
/// `sql_number` (as 2003) and `sql_state` (as "42S02") carry it to the clients.
struct [[nodiscard]] Error {
  Code code = Code::kInternal;
  std::string message;
  int sql_number = 0;          ///< 0: the door picks one by `code`
  std::string sql_state = {};  ///< empty: the door picks one by `code`
};

/// An error with Snowflake's number and SQLSTATE.
inline Error SqlError(Code code, int number, std::string_view state, std::string message) {
  return Error{code, std::move(message), number, std::string(state)};
}

}  // namespace firn
