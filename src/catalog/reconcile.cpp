#include "catalog/reconcile.hpp"

#include <algorithm>

namespace firn::catalog {
namespace {

std::string LakeKey(std::string_view schema, std::string_view name) {
  std::string key(schema);
  key += '\0';
  key += name;
  return key;
}

std::vector<std::int64_t> IdsOf(const std::vector<ObjectPtr>& objects) {
  std::vector<std::int64_t> ids;
  for (const auto& object : objects) ids.push_back(object->id);
  return ids;
}

/// What a crash within the drop of an object, or within its replacement, left of it.
struct Remains {
  bool is_gone = false;
  std::vector<std::int64_t> lost;  // ids of tables that the lake lacks while others are there
};

Remains RemainsOf(const Object& object, const Snapshot& snapshot, const LakeIndex& lake) {
  if (object.kind == ObjectKind::kTable) return {.is_gone = !lake.Has(object), .lost = {}};
  Remains remains;
  std::size_t tables = 0;
  if (IsContainer(NameSpaceOf(object.kind))) {
    for (const auto& inner : snapshot.WithContents(object)) {
      if (inner->kind != ObjectKind::kTable) continue;
      ++tables;
      if (!lake.Has(*inner)) remains.lost.push_back(inner->id);
    }
  }
  remains.is_gone = tables > 0 && remains.lost.size() == tables;
  return remains;
}

Decision DecideDrop(const StoredIntent& intent, const Snapshot& snapshot, const LakeIndex& lake) {
  const auto name = intent.object.SqlName();
  const auto object = snapshot.FindId(intent.object.id);
  if (!object) return {{}, "The drop of " + name + " had been done already."};
  auto remains = RemainsOf(*object, snapshot, lake);
  if (remains.is_gone) {
    return {{nullptr, IdsOf(snapshot.WithContents(*object))},
            "The drop of " + name + " is confirmed: the lake has it no more."};
  }
  if (!remains.lost.empty()) {
    auto line = "The drop of " + name +
                " had been done in part: " + std::to_string(remains.lost.size()) +
                " tables are removed, the rest stays.";
    return {{nullptr, std::move(remains.lost)}, std::move(line)};
  }
  return {{}, "The drop of " + name + " is taken back: it had not been done in the lake."};
}

Decision DecideCreate(const StoredIntent& intent, const Snapshot& snapshot, const LakeIndex& lake) {
  const auto& object = intent.object;
  const auto name = object.SqlName();
  const auto old = intent.replaces ? snapshot.FindId(*intent.replaces) : nullptr;
  const auto same = snapshot.FindAnyCase(NameSpaceOf(object.kind), object.name);
  if (same && same != old) {
    return {{}, "The creation of " + name + " is forgotten: there is another of that name."};
  }
  const auto remains = old ? RemainsOf(*old, snapshot, lake) : Remains{};
  const bool has_container =
      IsContainer(NameSpaceOf(object.kind)) ||
      snapshot.Find(NameSpace::kSchema, {object.name.database, object.name.schema, ""});
  const bool is_made =
      object.kind == ObjectKind::kTable ? lake.Has(object) : old && remains.is_gone;
  if (is_made && has_container) {
    Change change{std::make_shared<const Object>(object), {}};
    if (old) change.removed = IdsOf(snapshot.WithContents(*old));
    return {std::move(change), "The creation of " + name + " is confirmed: the lake has it."};
  }
  // An old table that is gone stays visible as an error in the list rather than vanish unasked.
  Change change;
  if (old && old->kind != ObjectKind::kTable) change.removed = remains.lost;
  return {std::move(change),
          "The creation of " + name + " is forgotten: it had not been done in the lake."};
}

Decision DecideChange(const StoredIntent& intent, const Snapshot& snapshot, const LakeIndex& lake) {
  const auto old = snapshot.FindId(intent.object.id);
  const auto name = intent.object.SqlName();
  if (!old) return {{}, "The change of " + name + " is forgotten: the table is gone."};
  if (lake.HasAsIs(intent.object)) {
    return {{std::make_shared<const Object>(intent.object), {old->id}},
            "The change of " + old->SqlName() + " to " + name + " is confirmed: the lake has it."};
  }
  return {{}, "The change of " + old->SqlName() + " is taken back: the lake does not have it."};
}

}  // namespace

LakeIndex::LakeIndex(const std::vector<LakeTable>& tables) {
  for (const auto& table : tables) {
    tables_.emplace(LakeKey(table.schema, table.name), table);
  }
}

const LakeTable* LakeIndex::Find(const Object& table) const {
  const auto schema = table.physical_schema.empty()
                          ? LakeSchema(table.name.database, table.name.schema)
                          : table.physical_schema;
  const auto found = tables_.find(LakeKey(schema, table.name.name));
  if (found == tables_.end()) return nullptr;
  const auto id = found->second.object_id;
  return id == 0 || id == table.id ? &found->second : nullptr;
}

bool LakeIndex::Has(const Object& table) const { return Find(table) != nullptr; }

bool LakeIndex::HasAsIs(const Object& table) const {
  const auto* found = Find(table);
  if (found == nullptr) return false;
  return found->columns.empty() ||
         std::equal(found->columns.begin(), found->columns.end(), table.columns.begin(),
                    table.columns.end(),
                    [](const auto& name, const auto& column) { return name == column.name; });
}

Decision Decide(const StoredIntent& intent, const Snapshot& snapshot, const LakeIndex& lake) {
  switch (intent.action) {
    case StoredIntent::Action::kDrop: return DecideDrop(intent, snapshot, lake);
    case StoredIntent::Action::kChange: return DecideChange(intent, snapshot, lake);
    case StoredIntent::Action::kCreate: break;
  }
  return DecideCreate(intent, snapshot, lake);
}

}  // namespace firn::catalog
