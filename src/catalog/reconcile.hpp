#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/catalog_store.hpp"
#include "catalog/snapshot.hpp"

namespace firn::catalog {

/// The lake's tables by name.
class LakeIndex {
 public:
  explicit LakeIndex(const std::vector<LakeTable>& tables);
  /// Whether the lake has the table of this object, and not another's of that name.
  [[nodiscard]] bool Has(const Object& table) const;
  /// Likewise, and with its columns.
  [[nodiscard]] bool HasAsIs(const Object& table) const;

 private:
  [[nodiscard]] const LakeTable* Find(const Object& table) const;
  std::unordered_map<std::string, LakeTable> tables_;
};

struct Decision {
  Change change;
  std::string line;  ///< a sentence that says what and why
};
/// What to do about an intent that a crash left. The rules are those of CatalogService::Reconcile.
Decision Decide(const StoredIntent& intent, const Snapshot& snapshot, const LakeIndex& lake);

}  // namespace firn::catalog
