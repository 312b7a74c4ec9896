#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/check.hpp"
#include "catalog/catalog_service.hpp"
#include "engine/engine.hpp"

namespace firn::tables {

/// Rows for a new table: a query that DuckDB understands, its columns in the table's order.
struct Source {
  std::string sql;
};

/// What a CREATE says beyond the object itself.
struct CreateMode {
  bool or_replace = false;
  bool if_not_exists = false;
  bool copy_grants = false;  ///< of what it replaces
};

/// Databases, schemas, tables and views: the lake and the catalog changed together, so that a
/// crash in between is settled at the next start. DDL: the connection must have no open
/// transaction. Thread-safe.
class TableService {
 public:
  TableService(catalog::CatalogService& catalog, const access::Checker& checker,
               const access::Grants& grants)
      : catalog_(catalog), checker_(checker), grants_(grants) {}

  /// Returns false where IF NOT EXISTS found it there.
  Result<bool> CreateDatabase(const catalog::Scope& scope, catalog::Object object, CreateMode mode,
                              engine::Connection& connection);
  Result<bool> CreateSchema(const catalog::Scope& scope, catalog::Object object, CreateMode mode,
                            engine::Connection& connection);
  Result<bool> CreateTable(const catalog::Scope& scope, catalog::Object object, CreateMode mode,
                           const std::optional<Source>& source, engine::Connection& connection);
  Result<bool> CreateView(const catalog::Scope& scope, catalog::Object object, CreateMode mode);
  /// A stage, a file format: known to the catalog alone. Returns the object that is there now.
  Result<std::shared_ptr<const catalog::Object>> CreateEntry(const catalog::Scope& scope,
                                                             catalog::Object object,
                                                             CreateMode mode,
                                                             access::Privilege privilege);
  /// Drops any of them, with what it holds.
  Status Drop(const catalog::Scope& scope, const catalog::Object& object,
              engine::Connection& connection);

  /// Gives a table another name in its schema; its id stays, and what hangs on it.
  Status RenameTable(const catalog::Scope& scope, const catalog::Object& table,
                     const std::string& name, engine::Connection& connection);
  /// Makes a table what `changed` (of the same id and name) says of its columns, by these steps in
  /// the lake, all or none.
  Status ChangeColumns(const catalog::Scope& scope, const catalog::Object& changed,
                       const std::vector<std::string>& steps, engine::Connection& connection);
  static Status RunSteps(engine::Connection& connection, const std::vector<std::string>& steps);
  static Status RenameInLake(const catalog::Object& table, const catalog::Object& renamed,
                             engine::Connection& connection);

  /// CREATE TABLE in the lake without the catalog (temporary tables); replaces one of that name.
  static Status CreateInLake(const catalog::Object& object, bool replace,
                             const std::optional<Source>& source, engine::Connection& connection);

  /// What the lake has, for CatalogService::Reconcile.
  static Result<std::vector<catalog::LakeTable>> LakeTables(engine::Connection& connection);

 private:
  /// The existing object of that name where the mode allows it to be there.
  Result<std::shared_ptr<const catalog::Object>> Existing(const catalog::Scope& scope,
                                                          const catalog::Object& object,
                                                          CreateMode mode);
  /// The right to make it where its name says; returns where that is.
  Result<access::Containers> CheckParent(const catalog::Scope& scope, const catalog::Object& object,
                                         access::Privilege privilege);
  /// The right to make it; its owner becomes who a future grant of OWNERSHIP names there.
  Status PrepareNew(const catalog::Scope& scope, catalog::Object& object,
                    access::Privilege privilege);

  catalog::CatalogService& catalog_;
  const access::Checker& checker_;
  const access::Grants& grants_;
};

/// The lake's schema for a Snowflake schema: "FIRN.PUBLIC".
std::string LakeSchema(const catalog::Object& object);

}  // namespace firn::tables
