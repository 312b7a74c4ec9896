#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "catalog/snapshot.hpp"
#include "store/database.hpp"

namespace firn::catalog {

/// An intent as the metadata keeps it.
struct StoredIntent {
  enum class Action { kCreate, kDrop, kChange };
  std::int64_t id = 0;
  Action action = Action::kCreate;
  Object object;
  std::optional<std::int64_t> replaces;
  bool copies_grants = false;  ///< of what it replaces; forgotten by a crash
};

/// What becomes of the objects in one step.
struct Change {
  ObjectPtr added;                               ///< or null
  std::vector<std::int64_t> removed;             ///< ids
  std::optional<std::int64_t> grants_from = {};  ///< a removed one whose grants go to the added
};

/// The catalog's tables. Thread-safe, as its Database.
class CatalogStore {
 public:
  explicit CatalogStore(store::Database& database) : database_(database) {}

  /// Makes the tables, and the first objects when there have never been any.
  Status Prepare(std::int64_t now_ms);
  [[nodiscard]] Result<std::vector<ObjectPtr>> LoadObjects() const;
  [[nodiscard]] Result<std::vector<StoredIntent>> LoadIntents() const;

  /// Records the intent and returns its id; an object to be made gets that id too.
  Result<std::int64_t> AddIntent(StoredIntent intent);
  Status RemoveIntent(std::int64_t id);
  /// Makes the change, and ends the intent with it. `also` runs in the same transaction.
  Status Settle(std::int64_t intent_id, const Change& change,
                const std::function<Status(store::Executor&)>& also);
  Status Update(const Object& object);

 private:
  store::Database& database_;
};

}  // namespace firn::catalog
