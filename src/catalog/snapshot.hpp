#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog_service.hpp"

namespace firn::catalog {

/// Objects whose names may not meet. Part of the metadata's format: never renumber.
enum class NameSpace : std::int64_t {
  kDatabase = 1,
  kSchema = 2,
  kRelation = 3,  ///< tables and views
  kStage = 4,
  kFileFormat = 5,
  kWarehouse = 6,
  kRowAccessPolicy = 7,
  kMaskingPolicy = 8,
};
NameSpace NameSpaceOf(ObjectKind kind);
/// True for a database or schema, which hold others.
bool IsContainer(NameSpace space);
/// True when what is named `inner` lies in the container named `outer`.
bool Holds(NameSpace outer_space, const QualifiedName& outer, NameSpace inner_space,
           const QualifiedName& inner);

using ObjectPtr = std::shared_ptr<const Object>;  // shared by snapshots and by who looked it up

/// All objects at one moment. Never changes, so any thread may read it.
class Snapshot {
 public:
  Snapshot() = default;
  explicit Snapshot(std::vector<ObjectPtr> objects);

  /// Null when there is none. Names are compared with case.
  [[nodiscard]] ObjectPtr Find(NameSpace space, const QualifiedName& name) const;
  /// The one whose name is the same without regard to case, or null.
  [[nodiscard]] ObjectPtr FindAnyCase(NameSpace space, const QualifiedName& name) const;
  [[nodiscard]] ObjectPtr FindId(std::int64_t id) const;
  /// All of the name space, ordered by database, schema, name.
  [[nodiscard]] std::span<const ObjectPtr> All(NameSpace space) const;
  [[nodiscard]] std::span<const ObjectPtr> InDatabase(NameSpace space,
                                                      std::string_view database) const;
  [[nodiscard]] std::span<const ObjectPtr> InSchema(NameSpace space, std::string_view database,
                                                    std::string_view schema) const;
  /// The object and all it holds.
  [[nodiscard]] std::vector<ObjectPtr> WithContents(const Object& object) const;

  /// This without the objects of `removed`, and with `added` when it is not null.
  [[nodiscard]] Snapshot Changed(const std::vector<std::int64_t>& removed,
                                 const ObjectPtr& added) const;

 private:
  std::vector<ObjectPtr> objects_;  // ordered by name space, database, schema, name
};

}  // namespace firn::catalog
