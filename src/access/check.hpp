#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "access/principal.hpp"
#include "base/result.hpp"

namespace firn::access {

enum class Privilege {
  kUsage,
  kSelect,
  kInsert,
  kUpdate,
  kDelete,
  kTruncate,
  kRead,
  kWrite,
  kMonitor,
  kOperate,
  kModify,
  kOwnership,
  kCreateDatabase,
  kCreateSchema,
  kCreateTable,
  kCreateView,
  kCreateStage,
  kCreateFileFormat,
  kManageUsers,
};
std::string_view PrivilegeName(Privilege privilege);  ///< "SELECT", "CREATE TABLE"

enum class ObjectKind {
  kAccount,
  kDatabase,
  kSchema,
  kTable,
  kView,
  kStage,
  kFileFormat,
  kWarehouse
};
std::string_view ObjectKindName(ObjectKind kind);  ///< "TABLE"

/// What the caller wants to touch. `id` is Firn's own object id (catalog), 0 for the account.
struct ObjectRef {
  ObjectKind kind = ObjectKind::kAccount;
  std::int64_t id = 0;
  std::string_view sql_name;    ///< for the message
  std::string_view owner_role;  ///< of the object
};

/// The one question that every service asks in its first line. A principal whose user is gone or
/// disabled, or has lost the role, is refused whatever it asks; user id 0 is Firn itself at work.
class Checker {
 public:
  virtual ~Checker() = default;
  /// Errors: kDenied, Snowflake's 3001 / 42501 "Insufficient privileges to operate on <kind>
  /// '<name>'. …" naming the privilege.
  [[nodiscard]] virtual Status Check(const Principal& principal, Privilege privilege,
                                     const ObjectRef& object) const = 0;
};

}  // namespace firn::access
