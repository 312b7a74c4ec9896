#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"

namespace firn::store {

struct Answer {
  std::vector<Row> rows;
  std::int64_t changed = 0;
};

/// One connection to a database of one kind. One thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual Result<Answer> Run(std::string_view sql, const std::vector<Value>& parameters) = 0;
  /// A write outside a transaction: durable when this returns.
  virtual Result<Answer> RunAlone(std::string_view sql, const std::vector<Value>& parameters) = 0;
  /// Several statements separated by ';', within a transaction.
  virtual Status RunScript(std::string_view sql) = 0;
  /// False for what must go to the writer, as INSERT ... RETURNING.
  virtual Result<bool> OnlyReads(std::string_view sql) = 0;

  virtual Status Begin() = 0;
  virtual Status Commit() = 0;
  virtual void Rollback() = 0;
  /// False when it was lost and another should be made.
  virtual bool usable() = 0;
};

/// Makes the connections. Thread-safe.
class Driver {
 public:
  enum class Role { kReader, kWriter };
  virtual ~Driver() = default;
  virtual Result<std::unique_ptr<Connection>> Connect(Role role) = 0;
  virtual Status Backup(const std::filesystem::path& file) = 0;
};

std::unique_ptr<Driver> MakeSqliteDriver(std::string file);
std::unique_ptr<Driver> MakePostgresDriver(std::string url);

/// kInvalid when a text holds a NUL byte, which PostgreSQL cannot keep.
Status CheckParameters(const std::vector<Value>& parameters);

}  // namespace firn::store
