#include "tables/table_service.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/read_text.hpp"

namespace firn::tables {
namespace {

using access::ObjectKind;
using access::Privilege;
using catalog::Object;

const std::string kIdPrefix = "firn id ";

std::string LakeSchemaSql(const Object& object) {
  return "\"lake\"." + engine::QuoteName(LakeSchema(object));
}

std::vector<std::string> Parts(const Object& object) {
  std::vector<std::string> parts;
  for (const auto* part : {&object.name.database, &object.name.schema, &object.name.name}) {
    if (!part->empty()) parts.push_back(*part);
  }
  return parts;
}

std::string ColumnsSql(const Object& object) {
  std::string out;
  for (const auto& column : object.columns) {
    if (!out.empty()) out += ", ";
    out += engine::QuoteName(column.name) + " " + types::StorageType(column.type);
    if (!column.nullable) out += " NOT NULL";
  }
  return out;
}

/// Names joined by the unit separator, which no name has.
std::vector<std::string> Split(std::string_view joined) {
  std::vector<std::string> names;
  while (!joined.empty()) {
    const auto end = std::min(joined.find('\x1f'), joined.size());
    names.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return names;
}

/// Runs the steps in one transaction of the lake.
Status InTransaction(engine::Connection& connection, const std::vector<std::string>& steps) {
  FIRN_CHECK(connection.Begin());
  for (const auto& step : steps) {
    if (auto done = connection.Execute(step); !done) {
      if (auto undone = connection.Rollback(); !undone) return undone;
      return Error(std::move(done).error());
    }
  }
  return connection.Commit();
}

}  // namespace

std::string LakeSchema(const Object& object) {
  if (!object.physical_schema.empty()) return object.physical_schema;
  return catalog::LakeSchema(object.name.database, object.name.schema);
}

Result<access::Containers> TableService::CheckParent(const catalog::Scope& scope,
                                                     const Object& object, Privilege privilege) {
  if (object.kind == ObjectKind::kDatabase) {
    FIRN_CHECK(checker_.Check(scope.principal, privilege, access::kTheAccount));
    return access::Containers{};
  }
  const auto kind =
      object.kind == ObjectKind::kSchema ? ObjectKind::kDatabase : ObjectKind::kSchema;
  auto parts = Parts(object);
  parts.pop_back();
  FIRN_TRY(const auto parent, catalog_.Find(scope, kind, parts));
  FIRN_CHECK(checker_.Check(scope.principal, privilege, parent->ref()));
  if (kind == ObjectKind::kDatabase) return access::Containers{parent->id, 0};
  FIRN_TRY(const auto database, catalog_.Find(scope, ObjectKind::kDatabase, {parts.front()}));
  return access::Containers{database->id, parent->id};
}

Status TableService::PrepareNew(const catalog::Scope& scope, Object& object, Privilege privilege) {
  FIRN_TRY(const auto containers, CheckParent(scope, object, privilege));
  FIRN_TRY(auto owner, grants_.FutureOwner(object.kind, containers));
  if (owner) object.owner_role = *std::move(owner);
  return {};
}

Result<std::shared_ptr<const Object>> TableService::Existing(const catalog::Scope& scope,
                                                             const Object& object,
                                                             CreateMode mode) {
  auto found = catalog_.Find(scope, object.kind, Parts(object));
  if (!found) {
    if (found.error().code == Code::kNotFound) return std::shared_ptr<const Object>();
    return found;
  }
  if (mode.or_replace) {
    FIRN_CHECK(checker_.Check(scope.principal, Privilege::kOwnership, (*found)->ref()));
    return found;
  }
  if (mode.if_not_exists) return found;
  return SqlError(Code::kExists, 2002, "42710",
                  "SQL compilation error:\nObject '" + object.SqlName() + "' already exists.");
}

Result<bool> TableService::CreateDatabase(const catalog::Scope& scope, Object object,
                                          CreateMode mode, engine::Connection& connection) {
  FIRN_CHECK(PrepareNew(scope, object, Privilege::kCreateDatabase));
  FIRN_TRY(const auto existing, Existing(scope, object, mode));
  if (existing && !mode.or_replace) return false;
  if (existing) FIRN_CHECK(Drop(scope, *existing, connection));
  const auto database = object.name.database;
  FIRN_TRY(auto intent, catalog_.Create(object));
  FIRN_CHECK(intent->Confirm());
  Object schema;
  schema.kind = ObjectKind::kSchema;
  schema.name = {database, "PUBLIC", ""};
  schema.owner_role = object.owner_role;
  FIRN_CHECK(CreateSchema(scope, schema, {}, connection));
  return true;
}

Result<bool> TableService::CreateSchema(const catalog::Scope& scope, Object object, CreateMode mode,
                                        engine::Connection& connection) {
  FIRN_CHECK(PrepareNew(scope, object, Privilege::kCreateSchema));
  FIRN_TRY(const auto existing, Existing(scope, object, mode));
  if (existing && !mode.or_replace) return false;
  if (existing) FIRN_CHECK(Drop(scope, *existing, connection));
  FIRN_TRY(auto intent, catalog_.Create(object));
  FIRN_CHECK(connection.Execute("CREATE SCHEMA IF NOT EXISTS " + LakeSchemaSql(object)));
  FIRN_CHECK(intent->Confirm());
  return true;
}

Result<bool> TableService::CreateTable(const catalog::Scope& scope, Object object, CreateMode mode,
                                       const std::optional<Source>& source,
                                       engine::Connection& connection) {
  FIRN_CHECK(PrepareNew(scope, object, Privilege::kCreateTable));
  FIRN_TRY(const auto existing, Existing(scope, object, mode));
  if (existing && !mode.or_replace) return false;
  std::optional<std::int64_t> replaces;
  if (existing) replaces = existing->id;
  FIRN_TRY(auto intent, catalog_.Create(object, replaces, mode.copy_grants));
  const bool replace_in_lake = existing && existing->kind == ObjectKind::kTable;
  FIRN_CHECK(CreateInLake(intent->object(), replace_in_lake, source, connection));
  FIRN_CHECK(intent->Confirm());
  return true;
}

Status TableService::CreateInLake(const Object& object, bool replace,
                                  const std::optional<Source>& source,
                                  engine::Connection& connection) {
  std::vector<std::string> steps;
  steps.push_back("CREATE SCHEMA IF NOT EXISTS " + LakeSchemaSql(object));
  const auto old = "\"firn replaced " + std::to_string(object.created_on_ms) + "\"";
  const auto name = object.PhysicalName();
  // The query may read the table that it replaces, so that one goes last.
  if (replace) steps.push_back("ALTER TABLE " + name + " RENAME TO " + old);
  steps.push_back("CREATE TABLE " + name + " (" + ColumnsSql(object) + ")");
  // The catalog's id beside the table, in the same commit: what start-up reconciles by.
  steps.push_back("COMMENT ON TABLE " + name + " IS " +
                  engine::QuoteText(kIdPrefix + std::to_string(object.id)));
  if (source) steps.push_back("INSERT INTO " + name + " " + source->sql);
  if (replace) steps.push_back("DROP TABLE " + LakeSchemaSql(object) + "." + old);
  return InTransaction(connection, steps);
}

Result<bool> TableService::CreateView(const catalog::Scope& scope, Object object, CreateMode mode) {
  FIRN_CHECK(PrepareNew(scope, object, Privilege::kCreateView));
  FIRN_TRY(const auto existing, Existing(scope, object, mode));
  if (existing && !mode.or_replace) return false;
  if (existing && existing->kind == ObjectKind::kTable) {
    return SqlError(Code::kExists, 2203, "42710",
                    "SQL compilation error:\nObject '" + object.SqlName() +
                        "' already exists as TABLE; drop it first.");
  }
  std::optional<std::int64_t> replaces;
  if (existing) replaces = existing->id;
  FIRN_TRY(auto intent, catalog_.Create(object, replaces, mode.copy_grants));
  FIRN_CHECK(intent->Confirm());
  return true;
}

Result<std::shared_ptr<const Object>> TableService::CreateEntry(const catalog::Scope& scope,
                                                                Object object, CreateMode mode,
                                                                Privilege privilege) {
  FIRN_CHECK(PrepareNew(scope, object, privilege));
  FIRN_TRY(const auto existing, Existing(scope, object, mode));
  if (existing && !mode.or_replace) return existing;
  std::optional<std::int64_t> replaces;
  if (existing) replaces = existing->id;
  FIRN_TRY(auto intent, catalog_.Create(object, replaces, mode.copy_grants));
  FIRN_CHECK(intent->Confirm());
  return catalog_.Find(scope, object.kind, Parts(object));
}

Status TableService::Drop(const catalog::Scope& scope, const Object& object,
                          engine::Connection& connection) {
  FIRN_CHECK(checker_.Check(scope.principal, Privilege::kOwnership, object.ref()));
  FIRN_TRY(auto intent, catalog_.Drop(object.id));
  switch (object.kind) {
    case ObjectKind::kTable:
      FIRN_CHECK(connection.Execute("DROP TABLE IF EXISTS " + object.PhysicalName()));
      break;
    case ObjectKind::kSchema:
      FIRN_CHECK(connection.Execute("DROP SCHEMA IF EXISTS " + LakeSchemaSql(object) + " CASCADE"));
      break;
    case ObjectKind::kDatabase: {
      std::vector<std::string> steps;
      for (const auto& schema : catalog_.List(catalog::FirnsOwnScope(), ObjectKind::kSchema,
                                              object.name.database, std::nullopt)) {
        steps.push_back("DROP SCHEMA IF EXISTS " + LakeSchemaSql(*schema) + " CASCADE");
      }
      FIRN_CHECK(InTransaction(connection, steps));
      break;
    }
    default: break;
  }
  return intent->Confirm();
}

Status TableService::RenameTable(const catalog::Scope& scope, const Object& table,
                                 const std::string& name, engine::Connection& connection) {
  FIRN_CHECK(checker_.Check(scope.principal, Privilege::kOwnership, table.ref()));
  auto renamed = table;
  renamed.name.name = name;
  FIRN_CHECK(CheckParent(scope, renamed, Privilege::kCreateTable));
  FIRN_TRY(auto intent, catalog_.Change(renamed));
  FIRN_CHECK(RenameInLake(table, renamed, connection));
  return intent->Confirm();
}

Status TableService::ChangeColumns(const catalog::Scope& scope, const Object& changed,
                                   const std::vector<std::string>& steps,
                                   engine::Connection& connection) {
  FIRN_CHECK(checker_.Check(scope.principal, Privilege::kOwnership, changed.ref()));
  FIRN_TRY(auto intent, catalog_.Change(changed));
  FIRN_CHECK(InTransaction(connection, steps));
  return intent->Confirm();
}

Status TableService::RunSteps(engine::Connection& connection,
                              const std::vector<std::string>& steps) {
  return InTransaction(connection, steps);
}

Status TableService::RenameInLake(const Object& table, const Object& renamed,
                                  engine::Connection& connection) {
  return InTransaction(connection, {"ALTER TABLE " + table.PhysicalName() + " RENAME TO " +
                                        engine::QuoteName(renamed.name.name),
                                    "COMMENT ON TABLE " + renamed.PhysicalName() + " IS " +
                                        engine::QuoteText(kIdPrefix + std::to_string(renamed.id))});
}

Result<std::vector<catalog::LakeTable>> TableService::LakeTables(engine::Connection& connection) {
  FIRN_TRY(auto rows, engine::ReadText(connection,
                                       "SELECT schema_name, table_name, t.comment, "
                                       "coalesce(string_agg(column_name, chr(31) ORDER BY "
                                       "column_index), '') FROM duckdb_tables() t LEFT JOIN "
                                       "duckdb_columns() c USING (database_name, schema_name, "
                                       "table_name) WHERE database_name = 'lake' GROUP BY ALL"));
  std::vector<catalog::LakeTable> out;
  for (auto& row : rows) {
    catalog::LakeTable table{std::move(row[0]), std::move(row[1]), 0, Split(row[3])};
    if (row[2].starts_with(kIdPrefix)) {
      table.object_id = std::atoll(row[2].c_str() + kIdPrefix.size());
    }
    out.push_back(std::move(table));
  }
  return out;
}

}  // namespace firn::tables
