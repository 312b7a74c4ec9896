#include "engine/engine.hpp"

#include <arrow/record_batch.h>
#include <fcntl.h>
#include <sys/file.h>

#include <future>
#include <optional>
#include <utility>

#include "base/files.hpp"
#include "engine/instance.hpp"
#include "engine/lake_files.hpp"
#include "engine/lake_keeper.hpp"

namespace firn::engine {
namespace {

namespace fs = std::filesystem;

class DuckEngine : public Engine {
 public:
  explicit DuckEngine(const Settings& settings) : instance_(settings) {}

  Status Start() {
    opened_at_ = fs::file_time_type::clock::now();
    const auto& settings = instance_.settings;
    FIRN_CHECK(MakeFolders(settings.lake_dir / kDataFolder, 0700));
    FIRN_CHECK(MakeFolders(settings.spill_dir, 0700));
    FIRN_CHECK(TakeLock());
    FIRN_TRY(instance_.sync, FileSync::Open(settings.lake_dir / kDataFolder));
    FIRN_TRY(instance_.database,
             OpenInMemory({{"threads", std::to_string(settings.threads)},
                           {"memory_limit", std::to_string(settings.memory_limit_bytes) + "B"},
                           {"temp_directory", settings.spill_dir.string()},
                           {"autoinstall_known_extensions", "false"},
                           {"autoload_known_extensions", "false"},
                           {"allow_community_extensions", "false"},
                           {"allow_persistent_secrets", "false"},
                           {"preserve_insertion_order", "false"},
                           {"default_null_order", "nulls_last"}}));
    FIRN_TRY(const auto connection, ConnectRaw(instance_.database.get()));
    FIRN_CHECK(instance_.sources.Install(connection.get()));
    // Each takes a good part of the time to readiness.
    auto macros = std::async(std::launch::async, [this] { return MakeMacros(); });
    const auto attached = AttachLake(connection.get());
    const auto made = macros.get();
    FIRN_CHECK(attached);
    FIRN_CHECK(made);
    FIRN_CHECK(LockDown(connection.get()));
    // The catalog file itself is new in its folder, and the folder in its parent.
    FIRN_CHECK(SyncPath(settings.lake_dir));
    return SyncPath(fs::absolute(settings.lake_dir).parent_path());
  }

  Result<std::unique_ptr<Connection>> Connect() override { return MakeConnection(instance_); }

  std::unique_ptr<Source> Register(std::shared_ptr<arrow::RecordBatchReader> reader) override {
    return instance_.sources.Register(instance_.database.get(), std::move(reader));
  }

  Status Checkpoint() override {
    FIRN_TRY(const auto connection, ConnectRaw(instance_.database.get()));
    const std::lock_guard lock(instance_.catalog_mutex);
    return RunRaw(connection.get(), "CHECKPOINT __ducklake_metadata_lake", instance_.errors);
  }

  Status Backup(const fs::path& folder) override { return CopyLake(instance_, folder); }

  Result<std::int64_t> SweepOrphans() override {
    return keeper_.SweepOrphans(std::exchange(opened_at_, std::nullopt));
  }

  Result<Freed> Forget(std::chrono::milliseconds keep) override { return keeper_.Forget(keep); }

  [[nodiscard]] std::int64_t MemoryUsedBytes() override {
    const auto connection = ConnectRaw(instance_.database.get());
    if (!connection) return 0;
    const auto used = ReadTexts(
        connection->get(), "SELECT sum(memory_usage_bytes)::BIGINT::VARCHAR FROM duckdb_memory()",
        instance_.errors);
    return used && !used->empty() ? std::stoll(used->front()) : 0;
  }

 private:
  /// DuckDB's own lock does not keep a process from opening its lake twice.
  Status TakeLock() {
    const auto path = instance_.settings.lake_dir / "lock";
    lock_ = UniqueFd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!lock_) return SystemError("open", path);
    return flock(lock_.get(), LOCK_EX | LOCK_NB) == 0 ? Status() : InUse();
  }

  [[nodiscard]] Error InUse() const {
    return Error{Code::kUnavailable, "The tables in " + instance_.settings.lake_dir.string() +
                                         " are in use by another process. Stop the other Firn "
                                         "daemon, or give this one another home."};
  }

  Status MakeMacros() {
    FIRN_TRY(const auto connection, ConnectRaw(instance_.database.get()));
    FIRN_CHECK(RunRaw(connection.get(), "BEGIN", instance_.errors));
    for (const auto& statement : MacroStatements()) {
      if (const auto made = RunRaw(connection.get(), statement, instance_.errors); !made) {
        return Error{Code::kInternal, made.error().message + " in the macro " +
                                          statement.substr(0, statement.find(" AS ")) + "."};
      }
    }
    return RunRaw(connection.get(), "COMMIT", instance_.errors);
  }

  Status AttachLake(duckdb_connection connection) {
    const auto& settings = instance_.settings;
    const auto run = [&](const std::string& sql) {
      return RunRaw(connection, sql, instance_.errors);
    };
    FIRN_CHECK(
        run("LOAD " + QuoteText((settings.extension_dir / "ducklake.duckdb_extension").string())));
    // Commits take turns in here, so a retry is about a snapshot that is one behind: no waiting.
    FIRN_CHECK(run("SET ducklake_retry_wait_ms = 1"));
    FIRN_CHECK(run("SET ducklake_retry_backoff = 1.1"));
    FIRN_CHECK(run("SET ducklake_max_retry_count = 100"));
    duck::QueryResult attached;
    // The home may have moved since the catalog noted the path of its data.
    const auto attach =
        "ATTACH " + QuoteText("ducklake:" + (settings.lake_dir / kCatalogFile).string()) +
        " AS lake (DATA_PATH " + QuoteText((settings.lake_dir / kDataFolder).string() + "/") +
        ", OVERRIDE_DATA_PATH true)";
    if (duckdb_query(connection, attach.c_str(), attached.get()) != DuckDBSuccess) {
      return AttachError(duckdb_result_error(attached.get()));
    }
    return run("CALL lake.set_option('parquet_version', '2')");
  }

  [[nodiscard]] Error AttachError(std::string_view text) const {
    const auto lake = instance_.settings.lake_dir.string();
    if (text.find("Could not set lock") != std::string_view::npos) return InUse();
    if (text.find("version") != std::string_view::npos) {
      return Error{Code::kInvalid, "The tables in " + lake +
                                       " were written by a newer Firn. Start that version, or "
                                       "restore a backup made by this one."};
    }
    auto error = instance_.errors.Map(text);
    error.message = "The tables in " + lake + " cannot be opened. " + error.message;
    return error;
  }

  /// From here on, SQL reaches the data folder and nothing else, and no setting but the zone.
  Status LockDown(duckdb_connection connection) {
    const auto& settings = instance_.settings;
    const auto run = [&](const std::string& sql) {
      return RunRaw(connection, sql, instance_.errors);
    };
    FIRN_CHECK(run("SET allowed_directories = [" +
                   QuoteText((settings.lake_dir / kDataFolder).string() + "/") + ", " +
                   QuoteText(settings.spill_dir.string() + "/") + "]"));
    FIRN_CHECK(run("SET enable_external_access = false"));
    FIRN_CHECK(run("SET allowed_configs = ['TimeZone']"));
    return run("SET lock_configuration = true");
  }

  std::optional<fs::file_time_type> opened_at_;  // until the first sweep
  UniqueFd lock_;
  Instance instance_;
  LakeKeeper keeper_{instance_};
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::Open(const Settings& settings) {
  auto engine = std::make_unique<DuckEngine>(settings);
  FIRN_CHECK(engine->Start());
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace firn::engine
