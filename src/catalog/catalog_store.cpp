#include "catalog/catalog_store.hpp"

#include <array>
#include <string>

#include "catalog/object_json.hpp"

namespace firn::catalog {
namespace {

constexpr std::array<store::Migration, 1> kMigrations{{
    {1, R"(
CREATE TABLE catalog_objects (
  id BIGINT PRIMARY KEY,
  space BIGINT NOT NULL,
  database_name TEXT NOT NULL,
  schema_name TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (space, database_name, schema_name, name));
CREATE TABLE catalog_intents (
  id BIGINT PRIMARY KEY,
  action TEXT NOT NULL,
  replaces BIGINT,
  body TEXT NOT NULL);
CREATE TABLE catalog_counter (next_id BIGINT NOT NULL);
INSERT INTO catalog_counter VALUES (1);
)"},
}};

constexpr std::string_view kCreateWord = "create";
constexpr std::string_view kDropWord = "drop";
constexpr std::string_view kChangeWord = "change";

Result<std::int64_t> NextId(store::Executor& executor) {
  FIRN_TRY(const auto rows,
           executor.Query("UPDATE catalog_counter SET next_id = next_id + 1 RETURNING next_id"));
  if (rows.size() != 1) return Error{Code::kInternal, "The catalog's counter is missing."};
  return store::AsInt(rows[0][0]) - 1;
}

Status Insert(store::Executor& executor, const Object& object) {
  FIRN_CHECK(executor.Execute(
      "INSERT INTO catalog_objects (id, space, database_name, schema_name, name, body) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      {object.id, static_cast<std::int64_t>(NameSpaceOf(object.kind)), object.name.database,
       object.name.schema, object.name.name, ObjectToJson(object)}));
  return {};
}

Status InsertFirstObjects(store::Executor& executor, std::int64_t now_ms) {
  std::array<Object, 3> objects;
  objects[0].kind = ObjectKind::kDatabase;
  objects[0].name.database = "FIRN";
  objects[1].kind = ObjectKind::kSchema;
  objects[1].name = {"FIRN", "PUBLIC", ""};
  objects[2].kind = ObjectKind::kWarehouse;
  objects[2].name.name = "FIRN_WH";
  for (auto& object : objects) {
    FIRN_TRY(object.id, NextId(executor));
    object.owner_role = "SYSADMIN";
    object.created_on_ms = now_ms;
    FIRN_CHECK(Insert(executor, object));
  }
  return {};
}

std::string WordOf(StoredIntent::Action action) {
  switch (action) {
    case StoredIntent::Action::kDrop: return std::string(kDropWord);
    case StoredIntent::Action::kChange: return std::string(kChangeWord);
    case StoredIntent::Action::kCreate: break;
  }
  return std::string(kCreateWord);
}

StoredIntent::Action ActionOf(const std::string& word) {
  for (const auto action : {StoredIntent::Action::kDrop, StoredIntent::Action::kChange}) {
    if (WordOf(action) == word) return action;
  }
  return StoredIntent::Action::kCreate;
}

}  // namespace

Status CatalogStore::Prepare(std::int64_t now_ms) {
  FIRN_CHECK(database_.Migrate("catalog", kMigrations));
  FIRN_TRY(const auto transaction, database_.Begin());
  FIRN_TRY(const auto rows, transaction->Query("SELECT next_id FROM catalog_counter"));
  // The counter, not the objects: who dropped FIRN does not want it back.
  if (rows.size() != 1 || store::AsInt(rows[0][0]) != 1) return {};
  FIRN_CHECK(InsertFirstObjects(*transaction, now_ms));
  return transaction->Commit();
}

Result<std::vector<ObjectPtr>> CatalogStore::LoadObjects() const {
  FIRN_TRY(const auto rows, database_.Query("SELECT body FROM catalog_objects"));
  std::vector<ObjectPtr> objects;
  objects.reserve(rows.size());
  for (const auto& row : rows) {
    FIRN_TRY(auto object, ObjectFromJson(store::AsText(row[0])));
    objects.push_back(std::make_shared<const Object>(std::move(object)));
  }
  return objects;
}

Result<std::vector<StoredIntent>> CatalogStore::LoadIntents() const {
  FIRN_TRY(const auto rows,
           database_.Query("SELECT id, action, replaces, body FROM catalog_intents ORDER BY id"));
  std::vector<StoredIntent> intents;
  for (const auto& row : rows) {
    auto& intent = intents.emplace_back();
    intent.id = store::AsInt(row[0]);
    intent.action = ActionOf(store::AsText(row[1]));
    if (!std::holds_alternative<std::monostate>(row[2])) intent.replaces = store::AsInt(row[2]);
    FIRN_TRY(intent.object, ObjectFromJson(store::AsText(row[3])));
  }
  return intents;
}

Result<std::int64_t> CatalogStore::AddIntent(StoredIntent intent) {
  FIRN_TRY(const auto transaction, database_.Begin());
  FIRN_TRY(intent.id, NextId(*transaction));
  const bool creates = intent.action == StoredIntent::Action::kCreate;
  if (creates) intent.object.id = intent.id;
  const auto replaces = intent.replaces ? store::Value(*intent.replaces) : store::Value();
  FIRN_CHECK(transaction->Execute(
      "INSERT INTO catalog_intents (id, action, replaces, body) VALUES (?, ?, ?, ?)",
      {intent.id, WordOf(intent.action), replaces, ObjectToJson(intent.object)}));
  FIRN_CHECK(transaction->Commit());
  return intent.id;
}

Status CatalogStore::RemoveIntent(std::int64_t id) {
  FIRN_CHECK(database_.Execute("DELETE FROM catalog_intents WHERE id = ?", {id}));
  return {};
}

Status CatalogStore::Settle(std::int64_t intent_id, const Change& change,
                            const std::function<Status(store::Executor&)>& also) {
  FIRN_TRY(const auto transaction, database_.Begin());
  for (const auto id : change.removed) {
    FIRN_CHECK(transaction->Execute("DELETE FROM catalog_objects WHERE id = ?", {id}));
  }
  if (change.added) FIRN_CHECK(Insert(*transaction, *change.added));
  FIRN_CHECK(transaction->Execute("DELETE FROM catalog_intents WHERE id = ?", {intent_id}));
  FIRN_CHECK(also(*transaction));
  return transaction->Commit();
}

Status CatalogStore::Update(const Object& object) {
  FIRN_CHECK(database_.Execute("UPDATE catalog_objects SET body = ? WHERE id = ?",
                               {ObjectToJson(object), object.id}));
  return {};
}

}  // namespace firn::catalog
