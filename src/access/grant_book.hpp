#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "access/directory.hpp"
#include "access/kinds.hpp"

namespace firn::access {

/// What was granted on which object, in memory: a check reads no database. Thread-safe.
class GrantBook {
 public:
  /// All that one role was granted on one object.
  struct Entry {
    RoleId role = 0;
    PrivilegeSet privileges = 0;
    PrivilegeSet with_option = 0;  ///< those that the role may hand on
  };
  using Key = std::pair<ObjectKind, std::int64_t>;

  /// The privileges on the object that these roles have together.
  [[nodiscard]] PrivilegeSet Of(const Key& object, const std::set<RoleId>& roles) const;
  /// Those of them that they may hand on.
  [[nodiscard]] PrivilegeSet OptionsOf(const Key& object, const std::set<RoleId>& roles) const;

  /// Reads all, or what concerns these objects, from the database.
  Status Load(store::Executor& executor);
  Status Load(store::Executor& executor, const std::vector<Key>& objects);

 private:
  using Entries = std::map<Key, std::vector<Entry>>;
  mutable std::shared_mutex mutex_;
  Entries entries_;  // guarded by mutex_
};

}  // namespace firn::access
