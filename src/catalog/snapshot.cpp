#include "catalog/snapshot.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace firn::catalog {
namespace {

/// A name space and up to three further parts; a shorter key stands for all that begin with it.
struct Key {
  NameSpace space;
  std::array<std::string_view, 3> parts;
  std::size_t count;
};

Key FullKey(NameSpace space, const QualifiedName& name) {
  return {space, {name.database, name.schema, name.name}, 3};
}

int Compare(const Object& object, const Key& key) {
  const auto space = NameSpaceOf(object.kind);
  if (space != key.space) return space < key.space ? -1 : 1;
  const std::array<std::string_view, 3> parts{object.name.database, object.name.schema,
                                              object.name.name};
  for (std::size_t i = 0; i < key.count; ++i) {
    if (const int order = parts.at(i).compare(key.parts.at(i)); order != 0) return order;
  }
  return 0;
}

bool Before(const ObjectPtr& a, const ObjectPtr& b) {
  return Compare(*a, FullKey(NameSpaceOf(b->kind), b->name)) < 0;
}

std::span<const ObjectPtr> Range(const std::vector<ObjectPtr>& objects, const Key& key) {
  const auto first =
      std::partition_point(objects.begin(), objects.end(),
                           [&](const ObjectPtr& object) { return Compare(*object, key) < 0; });
  const auto last = std::partition_point(
      first, objects.end(), [&](const ObjectPtr& object) { return Compare(*object, key) == 0; });
  return {first, last};
}

}  // namespace

NameSpace NameSpaceOf(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kDatabase: return NameSpace::kDatabase;
    case ObjectKind::kSchema: return NameSpace::kSchema;
    case ObjectKind::kStage: return NameSpace::kStage;
    case ObjectKind::kFileFormat: return NameSpace::kFileFormat;
    case ObjectKind::kWarehouse: return NameSpace::kWarehouse;
    case ObjectKind::kRowAccessPolicy: return NameSpace::kRowAccessPolicy;
    case ObjectKind::kMaskingPolicy: return NameSpace::kMaskingPolicy;
    case ObjectKind::kTable:
    case ObjectKind::kView: return NameSpace::kRelation;
    case ObjectKind::kAccount:
    case ObjectKind::kRole:
    case ObjectKind::kDatabaseRole:
    case ObjectKind::kUser: break;
  }
  assert(false);  // not of the catalog
  return NameSpace::kRelation;
}

bool IsContainer(NameSpace space) {
  return space == NameSpace::kDatabase || space == NameSpace::kSchema;
}

bool Holds(NameSpace outer_space, const QualifiedName& outer, NameSpace inner_space,
           const QualifiedName& inner) {
  if (!IsContainer(outer_space) || outer.database != inner.database) return false;
  if (outer_space == NameSpace::kDatabase) return inner_space != NameSpace::kDatabase;
  return !IsContainer(inner_space) && outer.schema == inner.schema;
}

Snapshot::Snapshot(std::vector<ObjectPtr> objects) : objects_(std::move(objects)) {
  std::sort(objects_.begin(), objects_.end(), Before);
}

ObjectPtr Snapshot::Find(NameSpace space, const QualifiedName& name) const {
  const auto key = FullKey(space, name);
  const auto at =
      std::partition_point(objects_.begin(), objects_.end(),
                           [&](const ObjectPtr& object) { return Compare(*object, key) < 0; });
  return at != objects_.end() && Compare(**at, key) == 0 ? *at : nullptr;
}

ObjectPtr Snapshot::FindAnyCase(NameSpace space, const QualifiedName& name) const {
  const auto& among = space == NameSpace::kDatabase || space == NameSpace::kWarehouse ? All(space)
                      : space == NameSpace::kSchema ? InDatabase(space, name.database)
                                                    : InSchema(space, name.database, name.schema);
  for (const auto& object : among) {
    if (EqualIgnoringCase(object->name.database, name.database) &&
        EqualIgnoringCase(object->name.schema, name.schema) &&
        EqualIgnoringCase(object->name.name, name.name)) {
      return object;
    }
  }
  return nullptr;
}

ObjectPtr Snapshot::FindId(std::int64_t id) const {
  const auto at = std::find_if(objects_.begin(), objects_.end(),
                               [&](const ObjectPtr& object) { return object->id == id; });
  return at == objects_.end() ? nullptr : *at;
}

std::span<const ObjectPtr> Snapshot::All(NameSpace space) const {
  return Range(objects_, {space, {}, 0});
}

std::span<const ObjectPtr> Snapshot::InDatabase(NameSpace space, std::string_view database) const {
  return Range(objects_, {space, {database}, 1});
}

std::span<const ObjectPtr> Snapshot::InSchema(NameSpace space, std::string_view database,
                                              std::string_view schema) const {
  return Range(objects_, {space, {database, schema}, 2});
}

std::vector<ObjectPtr> Snapshot::WithContents(const Object& object) const {
  const auto space = NameSpaceOf(object.kind);
  std::vector<ObjectPtr> found;
  if (!IsContainer(space)) {
    if (auto self = Find(space, object.name)) found.push_back(std::move(self));
    return found;
  }
  for (const auto& other : objects_) {
    if (other->id == object.id ||
        Holds(space, object.name, NameSpaceOf(other->kind), other->name)) {
      found.push_back(other);
    }
  }
  return found;
}

Snapshot Snapshot::Changed(const std::vector<std::int64_t>& removed, const ObjectPtr& added) const {
  auto gone = removed;
  std::sort(gone.begin(), gone.end());
  Snapshot next;
  next.objects_.reserve(objects_.size() + 1);
  for (const auto& object : objects_) {
    if (!std::binary_search(gone.begin(), gone.end(), object->id)) next.objects_.push_back(object);
  }
  if (added) {
    next.objects_.insert(
        std::upper_bound(next.objects_.begin(), next.objects_.end(), added, Before), added);
  }
  return next;
}

}  // namespace firn::catalog
