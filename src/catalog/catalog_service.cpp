#include "catalog/catalog_service.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "catalog/catalog_errors.hpp"
#include "catalog/catalog_store.hpp"
#include "catalog/claims.hpp"
#include "catalog/reconcile.hpp"
#include "catalog/snapshot.hpp"
#include "observe/log.hpp"

namespace firn::catalog {
namespace {

constexpr std::string_view kInformationSchema = "INFORMATION_SCHEMA";
constexpr std::string_view kDefaultSchema = "PUBLIC";

bool HasKind(ObjectKind asked, ObjectKind found) {
  return asked == found || (asked == ObjectKind::kTable && found == ObjectKind::kView);
}

/// The name of the container of that kind; only where there is one.
QualifiedName ContainerName(NameSpace space, const QualifiedName& name) {
  return {name.database, space == NameSpace::kSchema ? "" : name.schema, ""};
}

class Service final : public CatalogService {
 public:
  Service(store::Database& database, const access::Checker& checker, access::GrantKeeper& grants,
          const Clock& clock, std::chrono::milliseconds wait_limit)
      : store_(database), checker_(checker), grants_(grants), clock_(clock), claims_(wait_limit) {}

  Status Start() {
    FIRN_CHECK(store_.Prepare(clock_.NowMs()));
    FIRN_TRY(auto objects, store_.LoadObjects());
    snapshot_ = std::make_shared<const Snapshot>(std::move(objects));
    return {};
  }

  Result<QualifiedName> Complete(const Scope& scope, ObjectKind kind,
                                 const std::vector<std::string>& parts) const override;
  Result<ObjectPtr> Find(const Scope& scope, ObjectKind kind,
                         const std::vector<std::string>& parts) const override;
  ObjectPtr FindId(std::int64_t id) const override { return Current()->FindId(id); }
  std::vector<ObjectPtr> List(const Scope& scope, ObjectKind kind,
                              const std::optional<std::string>& database,
                              const std::optional<std::string>& schema) const override;
  Result<std::unique_ptr<Intent>> Create(const Object& object, std::optional<std::int64_t> replaces,
                                         bool copies_grants) override;
  Result<std::unique_ptr<Intent>> Drop(std::int64_t id) override;
  Result<std::unique_ptr<Intent>> Change(const Object& changed) override;
  Status Alter(std::int64_t id, const std::function<void(Object&)>& change) override;
  Result<std::vector<std::string>> Reconcile(const std::vector<LakeTable>& lake) override;

  Status ConfirmIntent(const StoredIntent& intent);
  Status TakeBack(std::int64_t intent_id) { return store_.RemoveIntent(intent_id); }

 private:
  [[nodiscard]] std::shared_ptr<const Snapshot> Current() const {
    const std::lock_guard lock(snapshot_mutex_);
    return snapshot_;
  }
  void Publish(const catalog::Change& change) {
    const std::lock_guard publishing(publish_mutex_);
    auto next = std::make_shared<const Snapshot>(Current()->Changed(change.removed, change.added));
    const std::lock_guard lock(snapshot_mutex_);
    snapshot_.swap(next);
  }

  /// Makes the change, with the grants that come and go with it, and shows it to everyone.
  Status Settle(std::int64_t intent_id, const catalog::Change& change);

  [[nodiscard]] bool MaySee(const Scope& scope, const Object& object) const {
    return checker_.Sees(scope.principal, object.ref());
  }
  [[nodiscard]] Result<ObjectPtr> Visible(const Scope& scope, ObjectKind kind, ObjectPtr object,
                                          const QualifiedName& name) const;
  [[nodiscard]] static Status CheckNameIsFree(const Snapshot& snapshot, const Object& object,
                                              std::optional<std::int64_t> replaces);
  /// The claim on an object that is there, and that object as it is then.
  Result<std::pair<Claims::Held, ObjectPtr>> ClaimId(std::int64_t id, bool with_contents);

  CatalogStore store_;
  const access::Checker& checker_;
  access::GrantKeeper& grants_;
  const Clock& clock_;
  Claims claims_;
  std::mutex publish_mutex_;                  // one new snapshot at a time
  mutable std::mutex snapshot_mutex_;         // held only to copy or swap the pointer
  std::shared_ptr<const Snapshot> snapshot_;  // guarded by snapshot_mutex_; shared with readers
};

class PendingIntent final : public Intent {
 public:
  PendingIntent(Service& service, Claims::Held claim, StoredIntent intent,
                std::optional<Claims::Held> second_claim = {})
      : service_(service),
        claim_(std::move(claim)),
        second_claim_(std::move(second_claim)),
        intent_(std::move(intent)) {}
  PendingIntent(const PendingIntent&) = delete;
  PendingIntent& operator=(const PendingIntent&) = delete;
  ~PendingIntent() override {
    if (was_confirmed_) return;
    if (const auto status = service_.TakeBack(intent_.id); !status) {
      observe::Logger().Warn("catalog.intent_left", {{"object", intent_.object.SqlName()},
                                                     {"error", status.error().message}});
    }
  }

  const Object& object() const override { return intent_.object; }

  Status Confirm() override {
    if (std::exchange(was_confirmed_, true)) {
      return Error{Code::kInternal, "An intent of the catalog was confirmed twice."};
    }
    return service_.ConfirmIntent(intent_);
  }

 private:
  Service& service_;
  Claims::Held claim_;
  std::optional<Claims::Held> second_claim_;  // of a table's new name
  StoredIntent intent_;
  bool was_confirmed_ = false;  // or was tried to be: then the lake may have changed
};

Result<QualifiedName> Service::Complete(const Scope& scope, ObjectKind kind,
                                        const std::vector<std::string>& parts) const {
  const auto space = NameSpaceOf(kind);
  const std::size_t most = space == NameSpace::kSchema ? 2 : IsContainer(space) ? 1 : 3;
  const bool has_empty_middle = parts.size() == 3 && parts[1].empty();
  const auto empty = std::count(parts.begin(), parts.end(), std::string());
  if (parts.empty() || parts.size() > (space == NameSpace::kWarehouse ? 1 : most) ||
      empty != (has_empty_middle ? 1 : 0)) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ".") + NameToSql(part);
    return WrongPartsError(kind, text);
  }
  if (space == NameSpace::kDatabase) return QualifiedName{parts[0], "", ""};
  if (space == NameSpace::kWarehouse) return QualifiedName{"", "", parts[0]};

  const bool is_schema = space == NameSpace::kSchema;
  const std::size_t full = is_schema ? 2 : 3;
  if (parts.size() < full && scope.database.empty()) return NoCurrentDatabaseError();
  if (is_schema) {
    return QualifiedName{parts.size() == 2 ? parts[0] : scope.database, parts.back(), ""};
  }
  if (parts.size() == 1 && scope.schema.empty()) return NoCurrentSchemaError();
  const auto schema = parts.size() == 1  ? scope.schema
                      : has_empty_middle ? std::string(kDefaultSchema)
                                         : parts[parts.size() - 2];
  return QualifiedName{parts.size() == 3 ? parts[0] : scope.database, schema, parts.back()};
}

Result<ObjectPtr> Service::Visible(const Scope& scope, ObjectKind kind, ObjectPtr object,
                                   const QualifiedName& name) const {
  if (object && HasKind(kind, object->kind) && MaySee(scope, *object)) return object;
  return NotFoundError(kind, name.ToSql());
}

Result<ObjectPtr> Service::Find(const Scope& scope, ObjectKind kind,
                                const std::vector<std::string>& parts) const {
  FIRN_TRY(const auto name, Complete(scope, kind, parts));
  const auto snapshot = Current();
  const auto space = NameSpaceOf(kind);
  if (!name.database.empty() && space != NameSpace::kDatabase) {
    const QualifiedName database{name.database, "", ""};
    FIRN_CHECK(Visible(scope, ObjectKind::kDatabase, snapshot->Find(NameSpace::kDatabase, database),
                       database));
  }
  if (!name.schema.empty() && space != NameSpace::kSchema) {
    const QualifiedName schema{name.database, name.schema, ""};
    FIRN_CHECK(
        Visible(scope, ObjectKind::kSchema, snapshot->Find(NameSpace::kSchema, schema), schema));
  }
  return Visible(scope, kind, snapshot->Find(space, name), name);
}

std::vector<ObjectPtr> Service::List(const Scope& scope, ObjectKind kind,
                                     const std::optional<std::string>& database,
                                     const std::optional<std::string>& schema) const {
  const auto snapshot = Current();
  const auto space = NameSpaceOf(kind);
  const auto among = database && schema ? snapshot->InSchema(space, *database, *schema)
                     : database         ? snapshot->InDatabase(space, *database)
                                        : snapshot->All(space);
  const auto sees = [&](NameSpace container, const QualifiedName& name) {
    const auto object = snapshot->Find(container, name);
    return object && MaySee(scope, *object);
  };
  std::vector<ObjectPtr> found;
  // They come ordered by container, so each container is asked about once.
  QualifiedName last;
  bool sees_last = false;
  bool is_first = true;
  for (const auto& object : among) {
    if (object->kind != kind || (schema && object->name.schema != *schema)) continue;
    if (space != NameSpace::kDatabase && space != NameSpace::kWarehouse) {
      auto container = ContainerName(space, object->name);
      if (is_first || container != last) {
        sees_last = sees(NameSpace::kDatabase, {container.database, "", ""}) &&
                    (space == NameSpace::kSchema || sees(NameSpace::kSchema, container));
        last = std::move(container);
        is_first = false;
      }
      if (!sees_last) continue;
    }
    if (MaySee(scope, *object)) found.push_back(object);
  }
  return found;
}

Status Service::CheckNameIsFree(const Snapshot& snapshot, const Object& object,
                                std::optional<std::int64_t> replaces) {
  const auto space = NameSpaceOf(object.kind);
  if (space == NameSpace::kSchema && EqualIgnoringCase(object.name.schema, kInformationSchema)) {
    return ExistsError(object.SqlName());
  }
  if (space != NameSpace::kDatabase && space != NameSpace::kWarehouse) {
    const QualifiedName database{object.name.database, "", ""};
    if (!snapshot.Find(NameSpace::kDatabase, database)) {
      return NotFoundError(ObjectKind::kDatabase, database.ToSql());
    }
    const QualifiedName schema{object.name.database, object.name.schema, ""};
    if (space != NameSpace::kSchema && !snapshot.Find(NameSpace::kSchema, schema)) {
      return NotFoundError(ObjectKind::kSchema, schema.ToSql());
    }
  }
  const auto other = snapshot.FindAnyCase(space, object.name);
  if (!other) {
    if (replaces) return NotFoundError(object.kind, object.SqlName());
    return {};
  }
  if (other->name != object.name) return DiffersByCaseError(object.SqlName(), other->SqlName());
  if (replaces != other->id) return ExistsError(object.SqlName());
  return {};
}

Result<std::unique_ptr<Intent>> Service::Create(const Object& object,
                                                std::optional<std::int64_t> replaces,
                                                bool copies_grants) {
  StoredIntent intent{.id = 0,
                      .action = StoredIntent::Action::kCreate,
                      .object = object,
                      .replaces = replaces,
                      .copies_grants = copies_grants};
  if (intent.object.created_on_ms == 0) intent.object.created_on_ms = clock_.NowMs();
  FIRN_TRY(auto claim, claims_.Take(object, replaces.has_value()));
  FIRN_CHECK(CheckNameIsFree(*Current(), object, replaces));
  FIRN_TRY(intent.id, store_.AddIntent(intent));
  intent.object.id = intent.id;
  return std::unique_ptr<Intent>(
      std::make_unique<PendingIntent>(*this, std::move(claim), std::move(intent)));
}

Result<std::pair<Claims::Held, ObjectPtr>> Service::ClaimId(std::int64_t id, bool with_contents) {
  const auto gone = [] {
    return SqlError(Code::kNotFound, 2003, "02000",
                    "SQL compilation error:\nThe object does not exist or not authorized.");
  };
  const auto before = Current()->FindId(id);
  if (!before) return gone();
  FIRN_TRY(auto claim, claims_.Take(*before, with_contents));
  // While waiting, another may have dropped or changed it.
  auto object = Current()->FindId(id);
  if (!object) return gone();
  return std::pair{std::move(claim), std::move(object)};
}

Result<std::unique_ptr<Intent>> Service::Drop(std::int64_t id) {
  FIRN_TRY(auto claimed, ClaimId(id, /*with_contents=*/true));
  StoredIntent intent{.id = 0,
                      .action = StoredIntent::Action::kDrop,
                      .object = *claimed.second,
                      .replaces = {},
                      .copies_grants = false};
  FIRN_TRY(intent.id, store_.AddIntent(intent));
  return std::unique_ptr<Intent>(
      std::make_unique<PendingIntent>(*this, std::move(claimed.first), std::move(intent)));
}

Result<std::unique_ptr<Intent>> Service::Change(const Object& changed) {
  FIRN_TRY(auto claimed, ClaimId(changed.id, /*with_contents=*/true));
  std::optional<Claims::Held> second_claim;
  if (changed.name != claimed.second->name) {
    // Names are claimed whatever their case, so A and "a" are one claim.
    if (!EqualIgnoringCase(changed.name.name, claimed.second->name.name)) {
      FIRN_TRY(auto taken, claims_.Take(changed, /*with_contents=*/false));
      second_claim.emplace(std::move(taken));
      FIRN_CHECK(CheckNameIsFree(*Current(), changed, std::nullopt));
    }
  }
  StoredIntent intent{
      .id = 0, .action = StoredIntent::Action::kChange, .object = changed, .replaces = changed.id};
  FIRN_TRY(intent.id, store_.AddIntent(intent));
  return std::unique_ptr<Intent>(std::make_unique<PendingIntent>(
      *this, std::move(claimed.first), std::move(intent), std::move(second_claim)));
}

Status Service::ConfirmIntent(const StoredIntent& intent) {
  catalog::Change change;
  const auto snapshot = Current();
  const bool creates = intent.action != StoredIntent::Action::kDrop;
  if (creates) change.added = std::make_shared<const Object>(intent.object);
  const auto removed_id = creates ? intent.replaces : std::optional(intent.object.id);
  if (const auto removed = removed_id ? snapshot->FindId(*removed_id) : nullptr) {
    for (const auto& object : snapshot->WithContents(*removed)) {
      change.removed.push_back(object->id);
    }
  }
  if (intent.copies_grants) change.grants_from = intent.replaces;
  return Settle(intent.id, change);
}

Status Service::Settle(std::int64_t intent_id, const catalog::Change& change) {
  const auto snapshot = Current();
  std::vector<std::pair<ObjectKind, std::int64_t>> touched;
  for (const auto id : change.removed) {
    if (const auto object = snapshot->FindId(id)) touched.emplace_back(object->kind, id);
  }
  const auto also = [&](store::Executor& executor) -> Status {
    // One that is only changed keeps its grants, and gets none.
    const bool is_new =
        change.added && std::ranges::find(change.removed, change.added->id) == change.removed.end();
    if (is_new) {
      const auto& name = change.added->name;
      const auto id_of = [&](NameSpace space, const QualifiedName& container) {
        const auto object = snapshot->Find(space, container);
        return object && object->id != change.added->id ? object->id : 0;
      };
      const access::Containers containers{
          id_of(NameSpace::kDatabase, {name.database, "", ""}),
          id_of(NameSpace::kSchema, {name.database, name.schema, ""})};
      FIRN_CHECK(grants_.ObjectMade(executor, change.added->kind, change.added->id, containers,
                                    change.grants_from));
    }
    for (const auto& [kind, id] : touched) {
      if (change.added && change.added->id == id) continue;
      FIRN_CHECK(grants_.ObjectGone(executor, kind, id));
    }
    return {};
  };
  FIRN_CHECK(store_.Settle(intent_id, change, also));
  if (change.added) touched.emplace_back(change.added->kind, change.added->id);
  FIRN_CHECK(grants_.Reload(touched));
  Publish(change);
  return {};
}

Status Service::Alter(std::int64_t id, const std::function<void(Object&)>& change) {
  FIRN_TRY(const auto claimed, ClaimId(id, /*with_contents=*/false));
  const auto& before = *claimed.second;
  auto after = std::make_shared<Object>(before);
  change(*after);
  if (after->id != before.id || after->kind != before.kind || after->name != before.name) {
    return Error{Code::kInvalid, "The id, kind and name of '" + before.SqlName() +
                                     "' cannot be altered. Drop it and create another."};
  }
  FIRN_CHECK(store_.Update(*after));
  Publish({std::move(after), {id}});
  return {};
}

Result<std::vector<std::string>> Service::Reconcile(const std::vector<LakeTable>& lake) {
  const LakeIndex index(lake);
  FIRN_TRY(const auto intents, store_.LoadIntents());
  std::vector<std::string> lines;
  for (const auto& intent : intents) {
    auto decision = Decide(intent, *Current(), index);
    FIRN_CHECK(Settle(intent.id, decision.change));
    lines.push_back(std::move(decision.line));
  }
  for (const auto& object : Current()->All(NameSpace::kRelation)) {
    if (object->kind == ObjectKind::kTable && !index.Has(*object)) {
      lines.push_back("The catalog has the table " + object->SqlName() +
                      ", but the lake has not. It is left as it is.");
    }
  }
  return lines;
}

}  // namespace

Result<std::unique_ptr<CatalogService>> CatalogService::Open(store::Database& database,
                                                             const access::Checker& checker,
                                                             access::GrantKeeper& grants,
                                                             const Clock& clock,
                                                             std::chrono::milliseconds wait_limit) {
  auto service = std::make_unique<Service>(database, checker, grants, clock, wait_limit);
  FIRN_CHECK(service->Start());
  return std::unique_ptr<CatalogService>(std::move(service));
}

}  // namespace firn::catalog
