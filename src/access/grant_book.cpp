#include "access/grant_book.hpp"

#include <algorithm>
#include <mutex>
#include <string>

namespace firn::access {
namespace {

constexpr std::string_view kColumns =
    "SELECT role_id, privilege, kind, object_id, with_option FROM access_grant";

/// Adds a row of the table; one of a privilege or kind that a newer Firn knows is left out.
void AddRow(const store::Row& row, std::map<GrantBook::Key, std::vector<GrantBook::Entry>>& into) {
  const auto privilege = FindPrivilege(store::AsText(row.at(1)));
  const auto* kind = FindKind(store::AsText(row.at(2)));
  if (!privilege || kind == nullptr) return;
  const RoleId role = store::AsInt(row.at(0));
  auto& entries = into[{kind->kind, store::AsInt(row.at(3))}];
  auto entry = std::ranges::find(entries, role, &GrantBook::Entry::role);
  if (entry == entries.end()) entry = entries.insert(entry, {role, 0, 0});
  entry->privileges |= Bit(*privilege);
  if (store::AsInt(row.at(4)) != 0) entry->with_option |= Bit(*privilege);
}

}  // namespace

PrivilegeSet GrantBook::Of(const Key& object, const std::set<RoleId>& roles) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(object);
  PrivilegeSet set = 0;
  if (found == entries_.end()) return set;
  for (const auto& entry : found->second) {
    if (roles.contains(entry.role)) set |= entry.privileges;
  }
  return set;
}

PrivilegeSet GrantBook::OptionsOf(const Key& object, const std::set<RoleId>& roles) const {
  const std::shared_lock lock(mutex_);
  const auto found = entries_.find(object);
  PrivilegeSet set = 0;
  if (found == entries_.end()) return set;
  for (const auto& entry : found->second) {
    if (roles.contains(entry.role)) set |= entry.with_option;
  }
  return set;
}

Status GrantBook::Load(store::Executor& executor) {
  FIRN_TRY(const auto rows, executor.Query(kColumns));
  Entries fresh;
  for (const auto& row : rows) AddRow(row, fresh);
  const std::unique_lock lock(mutex_);
  entries_.swap(fresh);
  return {};
}

Status GrantBook::Load(store::Executor& executor, const std::vector<Key>& objects) {
  Entries fresh;
  for (const auto& [kind, id] : objects) {
    FIRN_TRY(const auto rows,
             executor.Query(std::string(kColumns) + " WHERE kind = ? AND object_id = ?",
                            {std::string(ObjectKindName(kind)), id}));
    for (const auto& row : rows) AddRow(row, fresh);
  }
  const std::unique_lock lock(mutex_);
  for (const auto& key : objects) entries_.erase(key);
  entries_.merge(fresh);
  return {};
}

}  // namespace firn::access
