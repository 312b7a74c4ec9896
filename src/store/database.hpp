#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace firn::store {

/// NULL, an integer, a float or text.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;
using Row = std::vector<Value>;

/// The column's value; asserts that it is of that type. AsText and AsInt read NULL as ""/0.
std::string AsText(const Value& value);
std::int64_t AsInt(const Value& value);

/// One step of a module's schema. Steps are applied once, in order, and never edited.
struct Migration {
  int version;
  std::string_view sql;  ///< may hold several statements separated by ';'
};

/// What both a database and an open transaction can do. Parameters are written `?`; text is UTF-8
/// without NUL bytes (kInvalid otherwise).
///
/// Errors, besides those named below: kConflict (a broken foreign key; a deadlock: try again),
/// kInvalid (NOT NULL, CHECK), kTimeout (waited 30 s for other writers), kExhausted (disk full),
/// kUnavailable (the database cannot be reached).
class Executor {
 public:
  virtual ~Executor() = default;
  virtual Result<std::vector<Row>> Query(std::string_view sql,
                                         const std::vector<Value>& parameters = {}) = 0;
  /// Returns the number of rows changed. Errors: kExists for a broken unique constraint.
  virtual Result<std::int64_t> Execute(std::string_view sql,
                                       const std::vector<Value>& parameters = {}) = 0;
};

/// Rolls back when it ends without Commit. One thread at a time; must end before its Database.
/// After an error nothing of it can be kept: each further call answers kConflict.
class Transaction : public Executor {
 public:
  virtual Status Commit() = 0;
};

/// The metadata database: SQLite or PostgreSQL, the same SQL subset for both (INTEGER, BIGINT,
/// DOUBLE PRECISION, TEXT; `INSERT ... ON CONFLICT`; `RETURNING`). Thread-safe; an acknowledged
/// write survives power loss.
///
/// In both, writers take turns: from Begin to its end a transaction is the only writer, so what it
/// reads cannot change under it. Others wait in turn for at most 30 s; whoever holds a Transaction
/// must therefore not write through the Database on the same thread. Readers never wait for
/// writers. SQLite: WAL, synchronous=FULL. PostgreSQL: read committed under an advisory lock, which
/// keeps the turns between several programs too.
class Database : public Executor {
 public:
  /// `location` is a file path or a "postgresql://" URL.
  static Result<std::unique_ptr<Database>> Open(const std::string& location);

  virtual Result<std::unique_ptr<Transaction>> Begin() = 0;
  /// Brings the tables of `module` to the last of `steps`, each step in a transaction of its own.
  /// Errors: kInvalid when the database is newer than this program.
  virtual Status Migrate(std::string_view module, std::span<const Migration> steps) = 0;
  /// A consistent copy into a new file while others write, synced. Errors: kExists when there is a
  /// file; kInvalid for PostgreSQL, which has tools of its own for that.
  virtual Status Backup(const std::filesystem::path& file) = 0;
};

}  // namespace firn::store
