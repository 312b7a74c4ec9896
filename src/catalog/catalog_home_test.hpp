#pragma once

#include <stdlib.h>

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog_service.hpp"

namespace firn::catalog {

/// Shows all but what is told; thread-safe once told.
class Rules final : public access::Checker {
 public:
  std::set<std::string> hidden;  // last parts of names
  Status Check(const access::Principal&, access::Privilege,
               const access::ObjectRef&) const override {
    return Error{Code::kInternal, "the catalog asks only who sees what"};
  }
  bool Sees(const access::Principal& principal, const access::ObjectRef& object) const override {
    return principal.role == "ACCOUNTADMIN" || !hidden.contains(std::string(object.sql_name));
  }
};

/// Remembers what it was told, a word each: "+7 in 1.2", "+8 as 7", "-7".
class Keeper final : public access::GrantKeeper {
 public:
  std::vector<std::string> told;
  Status ObjectMade(store::Executor&, ObjectKind, std::int64_t id,
                    const access::Containers& containers,
                    std::optional<std::int64_t> copy_from) override {
    told.push_back("+" + std::to_string(id) + " in " + std::to_string(containers.database_id) +
                   "." + std::to_string(containers.schema_id) +
                   (copy_from ? " as " + std::to_string(*copy_from) : ""));
    return {};
  }
  Status ObjectGone(store::Executor&, ObjectKind, std::int64_t id) override {
    told.push_back("-" + std::to_string(id));
    return {};
  }
  Status Reload(const std::vector<std::pair<ObjectKind, std::int64_t>>&) override { return {}; }
};

/// A catalog in an empty home.
struct Home {
  Home() {
    auto pattern = (std::filesystem::temp_directory_path() / "firn-catalog-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder = pattern;
    auto opened = store::Database::Open(folder / "meta.db");
    REQUIRE(opened);
    database = *std::move(opened);
    Reopen();
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home() {
    catalog.reset();
    database.reset();
    std::filesystem::remove_all(folder);
  }
  void Reopen() {
    catalog.reset();
    auto opened = CatalogService::Open(*database, rules, keeper, SystemClock(),
                                       std::chrono::milliseconds(50));
    REQUIRE_MESSAGE(opened, opened.error().message);
    catalog = *std::move(opened);
  }
  /// An intent as a killed daemon leaves it: recorded, and nothing after.
  void Crash(std::unique_ptr<Intent> intent) {
    const auto rows = *database->Query("SELECT id, action, replaces, body FROM catalog_intents");
    REQUIRE(rows.size() == 1);
    intent.reset();
    REQUIRE(
        database->Execute("INSERT INTO catalog_intents (id, action, replaces, body) "
                          "VALUES (?, ?, ?, ?)",
                          rows[0]));
    Reopen();
  }
  Result<std::shared_ptr<const Object>> Find(ObjectKind kind,
                                             const std::vector<std::string>& parts) {
    return catalog->Find(scope, kind, parts);
  }
  std::int64_t Make(const Object& object, std::optional<std::int64_t> replaces = {}) {
    auto intent = catalog->Create(object, replaces);
    REQUIRE_MESSAGE(intent, intent.error().message);
    REQUIRE((*intent)->Confirm());
    return (*intent)->object().id;
  }
  std::unique_ptr<Intent> Intend(const Object& object, std::optional<std::int64_t> replaces = {}) {
    auto intent = catalog->Create(object, replaces);
    REQUIRE_MESSAGE(intent, intent.error().message);
    return *std::move(intent);
  }
  std::unique_ptr<Intent> IntendDrop(std::int64_t id) {
    auto intent = catalog->Drop(id);
    REQUIRE_MESSAGE(intent, intent.error().message);
    return *std::move(intent);
  }
  std::size_t Intents() { return database->Query("SELECT id FROM catalog_intents")->size(); }

  std::filesystem::path folder;
  std::unique_ptr<store::Database> database;
  Rules rules;
  Keeper keeper;
  std::unique_ptr<CatalogService> catalog;
  Scope scope{{1, "ADMIN", "ACCOUNTADMIN"}, "FIRN", "PUBLIC"};
};

inline Object Named(ObjectKind kind, std::string name, std::string schema = "PUBLIC") {
  Object object;
  object.kind = kind;
  object.name = {"FIRN", std::move(schema), std::move(name)};
  object.owner_role = "SYSADMIN";
  return object;
}

inline Object Table(std::string name, std::string schema = "PUBLIC") {
  auto table = Named(ObjectKind::kTable, std::move(name), std::move(schema));
  auto& first = table.columns.emplace_back();
  first.name = "feature1";
  first.type = {.kind = types::Kind::kNumber, .precision = 10, .scale = 2};
  first.nullable = false;
  first.default_sql = "0";
  first.comment = "ä \"q\"";
  first.primary_key = true;
  auto& second = table.columns.emplace_back();
  second.name = "T";
  second.type = {.kind = types::Kind::kTimestampTz, .scale = 9};
  return table;
}

inline Object Schema(std::string name, std::string database = "FIRN") {
  Object schema;
  schema.kind = ObjectKind::kSchema;
  schema.name = {std::move(database), std::move(name), ""};
  return schema;
}

}  // namespace firn::catalog
