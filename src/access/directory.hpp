#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "access/principal.hpp"
#include "store/database.hpp"

namespace firn::access {

inline constexpr std::string_view kAccountAdmin = "ACCOUNTADMIN";
inline constexpr std::string_view kPublic = "PUBLIC";

/// Account roles and database roles share the ids.
using RoleId = std::int64_t;

struct Role {
  RoleId id = 0;
  std::string name;              ///< folded; without its database
  std::int64_t database_id = 0;  ///< 0: a role of the account
  std::string owner;             ///< an account role; empty for the system's own
  std::string comment;
  std::int64_t created_on_ms = 0;
};

/// Who holds which role, as one immutable picture: built from the database after each change of
/// users, roles or role grants, so that a check reads no database. Names are folded.
struct Directory {
  struct Node {
    Role role;
    /// Itself, the roles granted to it, and those granted to them. PUBLIC is in every one.
    std::set<RoleId> inherited;
  };
  std::map<RoleId, Node> roles;
  std::map<std::string, RoleId, std::less<>> account_roles;
  std::map<std::pair<std::int64_t, std::string>, RoleId> database_roles;  ///< by database id
  /// Enabled users, each with all that the roles granted to them inherit.
  std::map<std::int64_t, std::set<RoleId>> roles_of_user;

  /// Null when there is none.
  [[nodiscard]] const Role* FindRole(const std::string& name, std::int64_t database_id) const;
  /// The roles whose privileges count, or null when the user is gone, disabled or has lost the
  /// role. `primary_only`: without secondary roles.
  [[nodiscard]] const std::set<RoleId>* ActiveRoles(const Principal& principal,
                                                    bool primary_only) const;
  [[nodiscard]] bool Holds(const std::set<RoleId>& active, std::string_view account_role) const;
};

/// The picture of now, and the one way to change it. Thread-safe.
class LiveDirectory {
 public:
  explicit LiveDirectory(store::Database& database) : database_(database) {}
  [[nodiscard]] std::shared_ptr<const Directory> Get() const;
  Status Load();
  /// Runs `change` in a transaction and, when it went well, commits it and shows it to everyone.
  /// Errors: those of `change`; kConflict when no enabled user would hold ACCOUNTADMIN after it,
  /// since then nobody could administer the account.
  Status Change(const std::function<Status(store::Executor&)>& change);

 private:
  store::Database& database_;
  std::mutex changes_;  // held over a change, so that the picture never goes back in time
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Directory> now_ = std::make_shared<Directory>();  // guarded by mutex_
};

}  // namespace firn::access
