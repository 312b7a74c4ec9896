#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/check.hpp"
#include "access/grants.hpp"
#include "base/clock.hpp"
#include "base/names.hpp"
#include "base/result.hpp"
#include "store/database.hpp"
#include "types/data_type.hpp"

namespace firn::catalog {

using access::ObjectKind;

/// A policy set on a table, view or column: which, and the columns that are its arguments in turn.
struct PolicyUse {
  std::int64_t policy_id = 0;
  std::vector<std::string> columns;

  bool operator==(const PolicyUse&) const = default;
};

struct ColumnInfo {
  std::string name;
  types::DataType type;
  bool nullable = true;
  std::string default_sql;  ///< Snowflake's dialect, empty when none
  std::string comment;
  bool primary_key = false;
  std::optional<PolicyUse> masking;  ///< its first argument is the column itself
};

/// One object. `columns` of tables and views; `text` is a view's query as written and `context`
/// the database and schema it was written in; of policies, `columns` are the arguments and `text`
/// the body. `detail` is the kind's own JSON (a stage's folder, a file format's options).
struct Object {
  std::int64_t id = 0;
  ObjectKind kind = ObjectKind::kTable;
  /// For a database only .database, for a schema .database and .schema, for a warehouse .name.
  QualifiedName name;
  std::string owner_role;
  std::string comment;
  std::int64_t created_on_ms = 0;
  std::vector<ColumnInfo> columns;
  std::string text;
  QualifiedName context;
  std::string detail;
  bool transient = false;
  std::optional<PolicyUse> row_access;  ///< of a table or view
  bool managed_access = false;          ///< of a schema: only its owner grants on what it holds
  /// The DuckLake schema; empty: LakeSchema of its database and schema. Temporary tables have their
  /// own.
  std::string physical_schema;
  /// For tables: the DuckLake schema and table, quoted: "lake"."FIRN.PUBLIC"."FLIGHTS".
  [[nodiscard]] std::string PhysicalName() const;
  /// FIRN.PUBLIC.FLIGHTS; FIRN; FIRN.PUBLIC.
  [[nodiscard]] std::string SqlName() const;
  /// For an access check; lives no longer than this object. Its name is the last part, as in
  /// Snowflake's messages.
  [[nodiscard]] access::ObjectRef ref() const;
};

/// Where unqualified names are looked up, and with whose rights. Within the body of a policy that
/// is its owner; `invoker_role` is then the role for which the policy is asked.
struct Scope {
  access::Principal principal;
  std::string database;
  std::string schema;
  std::string invoker_role = {};  ///< empty: the principal's
};

/// Sees everything: for work of Firn's own, never for a look-up in a user's name.
Scope FirnsOwnScope();

/// The name of the DuckLake schema for a schema of ours: FIRN.PUBLIC. A '.' or '%' inside a name is
/// written %2E or %25, so two schemas never share one.
std::string LakeSchema(std::string_view database, std::string_view schema);

/// What the lake really has; handed in so that start-up can reconcile.
struct LakeTable {
  std::string schema;  ///< as LakeSchema has it
  std::string name;
  /// The id of the Object it was made for (kept beside the table in the lake), 0 when not known.
  /// Without it a crash within CREATE OR REPLACE TABLE cannot be told from one just after it.
  std::int64_t object_id = 0;
  std::vector<std::string> columns{};  ///< their names in order; empty when not known
};

/// An object between the intent to make or drop it and the commit of that. The change to the lake
/// happens between the two; after a crash in between, Reconcile looks at the lake and decides.
/// Confirm makes it so for everyone; the destructor without it takes the intent back. When Confirm
/// answers an error the intent stays in the metadata for the next Reconcile. Must end before its
/// CatalogService. One thread at a time.
class Intent {
 public:
  virtual ~Intent() = default;
  /// What is made (with its id), dropped, or as it will be.
  [[nodiscard]] virtual const Object& object() const = 0;
  virtual Status Confirm() = 0;
};

/// Databases, schemas and what they hold, in the metadata with a copy in memory. Thread-safe.
/// Lookups never leave memory and never wait. An object is seen only by who has some privilege on
/// it, on its schema and on its database (access::Checker::Sees); for others it does not exist:
/// kNotFound with Snowflake's 2003 (42S02 for tables and
/// views, "Object 'X' does not exist or not authorized."; 02000 for the rest, "Database 'X' …").
///
/// DuckDB compares names without regard to case. So within a schema (and for schemas within a
/// database, and for databases) no two names may differ only by that.
///
/// At most one intent works on an object, on a name, or on a container and what it holds. Create,
/// Drop and Alter wait up to `wait_limit` for another's to end, then answer kConflict.
///
/// The first Open makes the database FIRN with the schema PUBLIC and the warehouse FIRN_WH, owned
/// by SYSADMIN. INFORMATION_SCHEMA is never stored: its name cannot be made nor dropped.
class CatalogService {
 public:
  static constexpr std::chrono::milliseconds kWaitLimit{10'000};
  static Result<std::unique_ptr<CatalogService>> Open(
      store::Database& database, const access::Checker& checker, access::GrantKeeper& grants,
      const Clock& clock, std::chrono::milliseconds wait_limit = kWaitLimit);
  virtual ~CatalogService() = default;

  /// Completes one to three name parts from the scope.
  /// An empty part in the middle (DB..T) stands for PUBLIC. Nothing is looked up.
  /// Errors: 90105 / 22000 "Cannot perform operation. This session does not have a current
  /// database…" when the scope has none, 90106 for the schema; for kind kSchema two parts at most,
  /// for kDatabase and kWarehouse one.
  [[nodiscard]] virtual Result<QualifiedName> Complete(
      const Scope& scope, ObjectKind kind, const std::vector<std::string>& parts) const = 0;
  /// The object of that name. kTable finds views too (they share one name space); kView finds views
  /// only.
  [[nodiscard]] virtual Result<std::shared_ptr<const Object>> Find(
      const Scope& scope, ObjectKind kind, const std::vector<std::string>& parts) const = 0;
  /// Whoever may see it; null when there is none.
  [[nodiscard]] virtual std::shared_ptr<const Object> FindId(std::int64_t id) const = 0;
  /// Everything of just that kind that the principal may see, in `database` / `schema` when given,
  /// ordered by database, schema, name.
  [[nodiscard]] virtual std::vector<std::shared_ptr<const Object>> List(
      const Scope& scope, ObjectKind kind, const std::optional<std::string>& database,
      const std::optional<std::string>& schema) const = 0;

  /// Records that `object` (name complete, id 0) is about to be made.
  /// Errors: kExists 2002 / 42710 "Object 'X' already exists."; 2003 for a missing container;
  /// kConflict when another statement is at it.
  /// `replaces` (CREATE OR REPLACE) is the id of the object of that name that this one takes the
  /// place of, with all it holds, on Confirm; until then the old one is seen.
  /// Grants on the old one end with it, unless `copies_grants`.
  virtual Result<std::unique_ptr<Intent>> Create(const Object& object,
                                                 std::optional<std::int64_t> replaces = {},
                                                 bool copies_grants = false) = 0;
  /// Records that the object (with all it holds) is about to be dropped; Confirm removes it, until
  /// then it is seen.
  virtual Result<std::unique_ptr<Intent>> Drop(std::int64_t id) = 0;
  /// Records that a table is about to become `changed`, of the same id, in the lake: another name
  /// in its schema, or other columns. Confirm makes it so; until then the old one is seen.
  virtual Result<std::unique_ptr<Intent>> Change(const Object& changed) = 0;
  /// Changes comment, owner, columns, text, detail of an object at once (no lake involved).
  /// `change` runs on a copy, on this thread. Errors: kInvalid when it touches id, kind or name.
  virtual Status Alter(std::int64_t id, const std::function<void(Object&)>& change) = 0;

  /// Settles intents left by a crash, at start-up before anyone else calls. A created table that
  /// the lake has is confirmed, one that it lacks is forgotten. A dropped table that the lake still
  /// has stays, one that it lacks is removed; of a dropped schema or database the tables that are
  /// gone are removed, and itself when none is left. A changed table is as the lake has it. What
  /// has no table in the lake (views, stages, empty schemas …) is as before the statement. Returns
  /// what it did, a line each, and names tables of the catalog that the lake lacks.
  virtual Result<std::vector<std::string>> Reconcile(const std::vector<LakeTable>& lake) = 0;
};

}  // namespace firn::catalog
