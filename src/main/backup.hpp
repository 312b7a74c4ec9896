#pragma once

#include <filesystem>
#include <vector>

#include "base/change_first_mutex.hpp"
#include "doors/snowflake/snowflake_door.hpp"
#include "engine/engine.hpp"
#include "main/home.hpp"
#include "stages/stage_service.hpp"
#include "store/database.hpp"

namespace firn {

/// A consistent copy of a home while it is in use:
///
///   DIR/manifest.json      {"format": 1, "files": [{"path", "bytes", "sha256"}, …]}
///   DIR/home/…             VERSION, meta.db, lake/, stages/, secrets/
///
/// Results, caches and logs are not part of it.
class Backup {
 public:
  Backup(const Home& home, store::Database& database, engine::Engine& engine,
         stages::StageService& stages, ChangeFirstMutex& definitions)
      : home_(home),
        database_(database),
        engine_(engine),
        stages_(stages),
        definitions_(definitions) {}

  struct Made {
    std::int64_t files = 0;
    std::int64_t bytes = 0;
  };
  /// Errors: kExists when the folder is not empty; of the system.
  Result<Made> Run(const std::filesystem::path& folder);

  /// POST /firn/admin/backup {"folder": …}, for ACCOUNTADMIN.
  std::vector<doors::Route> Routes(doors::SnowflakeServices& services);

 private:
  const Home& home_;
  store::Database& database_;
  engine::Engine& engine_;
  stages::StageService& stages_;
  ChangeFirstMutex& definitions_;  // held alone while catalog and lake are copied
};

}  // namespace firn
