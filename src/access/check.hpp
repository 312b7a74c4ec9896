#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "access/principal.hpp"
#include "base/result.hpp"

namespace firn::access {

/// What can be granted on what kind is the table of kinds.cpp. At most 64.
enum class Privilege {
  kUsage,
  kSelect,
  kInsert,
  kUpdate,
  kDelete,
  kTruncate,
  kReferences,
  kRead,
  kWrite,
  kMonitor,
  kOperate,
  kModify,
  kOwnership,
  kCreateDatabase,
  kCreateWarehouse,
  kCreateRole,
  kCreateUser,
  kManageGrants,
  kCreateSchema,
  kCreateDatabaseRole,
  kCreateTable,
  kCreateView,
  kCreateStage,
  kCreateFileFormat,
  kCreateRowAccessPolicy,
  kCreateMaskingPolicy,
  kApply,
  kApplyRowAccessPolicy,
  kApplyMaskingPolicy,
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
  kWarehouse,
  kRowAccessPolicy,
  kMaskingPolicy,
  kRole,
  kDatabaseRole,
  kUser
};
std::string_view ObjectKindName(ObjectKind kind);  ///< "TABLE"

/// What the caller wants to touch. `id` is Firn's own object id (catalog; access for roles and
/// users), 0 for the account, whose owner is ACCOUNTADMIN.
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
  /// Whether the object exists for the principal: it has some privilege on it, or MANAGE GRANTS on
  /// the account. What it may do with the object is for Check to say.
  [[nodiscard]] virtual bool Sees(const Principal& principal, const ObjectRef& object) const = 0;
};

/// The account itself, as an object.
inline constexpr ObjectRef kTheAccount{ObjectKind::kAccount, 0, "FIRN", "ACCOUNTADMIN"};

}  // namespace firn::access
