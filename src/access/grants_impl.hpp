#pragma once

#include <mutex>

#include "access/grant_book.hpp"
#include "access/grants.hpp"
#include "base/clock.hpp"

namespace firn::access {

/// The one Grants: grants.cpp (giving, taking), future_grants.cpp, list_grants.cpp.
class GrantsImpl final : public Grants {
 public:
  GrantsImpl(store::Database& database, const Clock& clock, LiveDirectory& directory)
      : database_(database), clock_(clock), directory_(directory) {}
  Status Load() { return book_.Load(database_); }
  [[nodiscard]] const GrantBook& book() const { return book_; }

  [[nodiscard]] Status MayGive(const Principal& principal, PrivilegeSet privileges,
                               const ObjectRef& object,
                               std::optional<std::string> managed_by) const override;
  Status Give(const Giving& giving, ObjectKind kind,
              const std::vector<std::int64_t>& object_ids) override;
  Status GiveOnce(const std::string& mark, const Giving& giving, ObjectKind kind,
                  std::int64_t object_id) override;
  Status Take(const Giving& giving, ObjectKind kind, const std::vector<std::int64_t>& object_ids,
              bool cascade) override;
  Status GiveFuture(const Giving& giving, ObjectKind kind, ObjectKind container_kind,
                    std::int64_t container_id) override;
  Status TakeFuture(const Giving& giving, ObjectKind kind, ObjectKind container_kind,
                    std::int64_t container_id) override;
  Status TakeAll(ObjectKind kind, std::int64_t object_id) override;

  [[nodiscard]] Result<std::vector<Grant>> On(ObjectKind kind,
                                              std::int64_t object_id) const override;
  [[nodiscard]] Result<std::vector<Grant>> To(RoleId role) const override;
  [[nodiscard]] Result<std::vector<FutureGrant>> FutureIn(ObjectKind container_kind,
                                                          std::int64_t container_id) const override;
  [[nodiscard]] Result<std::vector<FutureGrant>> FutureTo(RoleId role) const override;
  [[nodiscard]] Result<std::optional<std::string>> FutureOwner(
      ObjectKind kind, const Containers& containers) const override;

  Status ObjectMade(store::Executor& executor, ObjectKind kind, std::int64_t object_id,
                    const Containers& containers, std::optional<std::int64_t> copy_from) override;
  Status ObjectGone(store::Executor& executor, ObjectKind kind, std::int64_t object_id) override;
  Status Reload(const std::vector<GrantBook::Key>& objects) override;

 private:
  /// Runs the change in a transaction, then reads anew what concerns the objects.
  Status Change(const std::vector<GrantBook::Key>& objects,
                const std::function<Status(store::Executor&)>& change);
  Status GiveAll(store::Executor& executor, const Giving& giving,
                 const std::vector<GrantBook::Key>& objects);
  /// Takes one privilege of one role, with what it has handed on.
  Status TakeOne(store::Executor& executor, const Giving& giving, Privilege privilege,
                 const GrantBook::Key& object, bool cascade);

  store::Database& database_;
  const Clock& clock_;
  LiveDirectory& directory_;
  std::mutex changes_;  // held over a change and the reload after it
  GrantBook book_;
};

/// "SELECT" for Bit(kSelect) …, of each privilege in the set.
std::vector<Privilege> Unpacked(PrivilegeSet set);

}  // namespace firn::access
