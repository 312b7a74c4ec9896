#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace firn::store {

/// A PostgreSQL of our own for the length of the test program: in a temporary folder, on a unix
/// socket only, as an unprivileged user, stopped by its process id at the end.
class PostgresCluster {
 public:
  /// The program's one; started by the first call.
  static Result<PostgresCluster*> Get();
  PostgresCluster() = default;
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;
  ~PostgresCluster();

  /// The URL of a new empty database.
  Result<std::string> MakeDatabase();
  /// Stops the server and starts it again; every connection is lost.
  Status Restart();

 private:
  Status Prepare();
  Status StartServer();
  void StopServer();
  [[nodiscard]] std::string Url(const std::string& database) const;

  std::filesystem::path folder_;
  pid_t server_ = -1;
  int databases_ = 0;
};

}  // namespace firn::store
