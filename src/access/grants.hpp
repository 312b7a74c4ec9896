#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/directory.hpp"
#include "access/kinds.hpp"
#include "base/result.hpp"

namespace firn::access {

/// One privilege of one role on one object.
struct Grant {
  RoleId role = 0;
  Privilege privilege = Privilege::kUsage;
  ObjectKind kind = ObjectKind::kTable;
  std::int64_t object_id = 0;
  bool with_option = false;
  std::string granted_by;  ///< the role that gave it
  std::int64_t created_on_ms = 0;
};

/// A privilege on whatever will be made of a kind in a database or schema.
struct FutureGrant {
  RoleId role = 0;
  Privilege privilege = Privilege::kUsage;
  ObjectKind kind = ObjectKind::kTable;
  ObjectKind container_kind = ObjectKind::kSchema;
  std::int64_t container_id = 0;
  bool with_option = false;
  std::string granted_by;
  std::int64_t created_on_ms = 0;
};

/// To whom, what, and in whose name.
struct Giving {
  RoleId role = 0;
  PrivilegeSet privileges = 0;
  bool with_option = false;  ///< of a revocation: only the option goes
  std::string granted_by;
};

/// Where an object lies. Ids of the catalog; 0: in none.
struct Containers {
  std::int64_t database_id = 0;
  std::int64_t schema_id = 0;
};

/// What the catalog tells of its objects, so that grants come and go with them. Thread-safe.
class GrantKeeper {
 public:
  virtual ~GrantKeeper() = default;
  /// Within the transaction that makes the object: future grants become grants; with `copy_from`,
  /// also those on the object that it replaces.
  virtual Status ObjectMade(store::Executor& executor, ObjectKind kind, std::int64_t object_id,
                            const Containers& containers,
                            std::optional<std::int64_t> copy_from) = 0;
  /// Within the transaction that removes it.
  virtual Status ObjectGone(store::Executor& executor, ObjectKind kind, std::int64_t object_id) = 0;
  /// After its commit.
  virtual Status Reload(const std::vector<std::pair<ObjectKind, std::int64_t>>& objects) = 0;
};

/// Privileges on objects. OWNERSHIP is not among them: it is the object's owner_role. Thread-safe.
class Grants : public GrantKeeper {
 public:
  /// Whether the principal may give or take these privileges: it owns the object, holds them WITH
  /// GRANT OPTION, or has MANAGE GRANTS on the account. In a schema WITH MANAGED ACCESS,
  /// `managed_by` is the schema's owner, and then neither the object's owner nor an option count.
  /// Errors: kDenied 3001.
  [[nodiscard]] virtual Status MayGive(const Principal& principal, PrivilegeSet privileges,
                                       const ObjectRef& object,
                                       std::optional<std::string> managed_by) const = 0;

  virtual Status Give(const Giving& giving, ObjectKind kind,
                      const std::vector<std::int64_t>& object_ids) = 0;
  /// Give, the first time it is called with this mark in the life of a home; later it does nothing,
  /// so that what was revoked stays revoked.
  virtual Status GiveOnce(const std::string& mark, const Giving& giving, ObjectKind kind,
                          std::int64_t object_id) = 0;
  /// `cascade`: with what the role has handed on in turn. Without it, that is kConflict.
  virtual Status Take(const Giving& giving, ObjectKind kind,
                      const std::vector<std::int64_t>& object_ids, bool cascade) = 0;
  virtual Status GiveFuture(const Giving& giving, ObjectKind kind, ObjectKind container_kind,
                            std::int64_t container_id) = 0;
  virtual Status TakeFuture(const Giving& giving, ObjectKind kind, ObjectKind container_kind,
                            std::int64_t container_id) = 0;
  /// Takes back everything that was granted on the object (OWNERSHIP … REVOKE CURRENT GRANTS).
  virtual Status TakeAll(ObjectKind kind, std::int64_t object_id) = 0;

  [[nodiscard]] virtual Result<std::vector<Grant>> On(ObjectKind kind,
                                                      std::int64_t object_id) const = 0;
  [[nodiscard]] virtual Result<std::vector<Grant>> To(RoleId role) const = 0;
  [[nodiscard]] virtual Result<std::vector<FutureGrant>> FutureIn(
      ObjectKind container_kind, std::int64_t container_id) const = 0;
  [[nodiscard]] virtual Result<std::vector<FutureGrant>> FutureTo(RoleId role) const = 0;
  /// The role that a future grant of OWNERSHIP names for a new object there; the schema's word goes
  /// before the database's.
  [[nodiscard]] virtual Result<std::optional<std::string>> FutureOwner(
      ObjectKind kind, const Containers& containers) const = 0;
};

}  // namespace firn::access
