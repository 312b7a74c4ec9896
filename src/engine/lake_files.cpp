#include "engine/lake_files.hpp"

#include <system_error>

#include "base/files.hpp"

namespace firn::engine {
namespace fs = std::filesystem;
namespace {

// A path is relative to the folder of its table, that to the schema's, that to the data folder.
constexpr const char* kNamedFiles = R"(
WITH tables AS (
  SELECT t.table_id,
         CASE WHEN t.path_is_relative THEN s.path || t.path ELSE t.path END AS folder
  FROM __ducklake_metadata_lake.ducklake_table t
  JOIN __ducklake_metadata_lake.ducklake_schema s USING (schema_id)
), files AS (
  SELECT table_id, path, path_is_relative FROM __ducklake_metadata_lake.ducklake_data_file
  UNION ALL
  SELECT table_id, path, path_is_relative FROM __ducklake_metadata_lake.ducklake_delete_file
)
SELECT CASE WHEN f.path_is_relative THEN t.folder || f.path ELSE f.path END
FROM files f JOIN tables t USING (table_id)
UNION
SELECT path FROM __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion
)";

/// The regular files below `folder`.
Result<std::set<fs::path>> FilesBelow(const fs::path& folder) {
  std::set<fs::path> files;
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, failed);
  for (const fs::recursive_directory_iterator end; !failed && entry != end;
       entry.increment(failed)) {
    std::error_code gone;  // a transaction that rolls back removes its files
    if (entry->is_regular_file(gone)) files.insert(entry->path());
  }
  if (failed) return Error{Code::kInternal, "The table data cannot be listed: " + failed.message()};
  return files;
}

Status CopyBytes(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::copy_file(from, to, failed);
  if (failed) {
    return Error{failed == std::errc::no_space_on_device ? Code::kExhausted : Code::kInternal,
                 "The copy " + to.string() + " cannot be written: " + failed.message()};
  }
  return SyncPath(to);
}

Status CopyFile(const fs::path& from, const fs::path& to) {
  FIRN_CHECK(MakeFolders(to.parent_path(), 0700));
  std::error_code failed;
  // Data files never change, so a second name for one is a copy. Else copy the bytes.
  fs::create_hard_link(from, to, failed);
  if (!failed) return {};
  return CopyBytes(from, to);
}

}  // namespace

Result<std::set<fs::path>> NamedFiles(Instance& instance) {
  FIRN_TRY(const auto connection, ConnectRaw(instance.database.get()));
  FIRN_TRY(const auto names, ReadTexts(connection.get(), kNamedFiles, instance.errors));
  const auto data = instance.settings.lake_dir / kDataFolder;
  std::set<fs::path> files;
  for (const auto& name : names) files.insert((data / name).lexically_normal());
  return files;
}

Result<std::vector<fs::path>> UnnamedFiles(Instance& instance) {
  const auto data = instance.settings.lake_dir / kDataFolder;
  // In this order: what is committed meanwhile is named, then.
  FIRN_TRY(const auto present, FilesBelow(data));
  FIRN_TRY(const auto named, NamedFiles(instance));
  std::vector<fs::path> unnamed;
  for (const auto& file : present) {
    if (!named.contains(file.lexically_normal())) unnamed.push_back(file);
  }
  return unnamed;
}

Status CopyLake(Instance& instance, const fs::path& folder) {
  FIRN_CHECK(MakeFolders(folder, 0700));
  std::error_code failed;
  if (!fs::is_empty(folder, failed) || failed) {
    return Error{Code::kExists, "The folder " + folder.string() + " is not empty."};
  }
  const auto& lake = instance.settings.lake_dir;
  const auto open = instance.transactions.Begin();  // what is named now stays until it is copied
  std::set<fs::path> files;
  {
    const std::lock_guard lock(instance.catalog_mutex);  // no commit, no checkpoint
    FIRN_TRY(files, NamedFiles(instance));
    FIRN_CHECK(CopyBytes(lake / kCatalogFile, folder / kCatalogFile));
    const auto wal = std::string(kCatalogFile) + ".wal";
    if (fs::exists(lake / wal, failed)) FIRN_CHECK(CopyBytes(lake / wal, folder / wal));
  }
  const auto data = lake / kDataFolder;
  FIRN_CHECK(MakeFolders(folder / kDataFolder, 0700));
  std::set<fs::path> folders{folder, folder / kDataFolder};
  for (const auto& file : files) {
    const auto copy = folder / kDataFolder / file.lexically_relative(data);
    if (const auto copied = CopyFile(file, copy); !copied) {
      if (!fs::exists(file, failed)) continue;  // it waited for deletion, and was deleted
      return copied;
    }
    for (auto parent = copy.parent_path(); parent != folder; parent = parent.parent_path()) {
      folders.insert(parent);
    }
  }
  for (const auto& made : folders) FIRN_CHECK(SyncPath(made));
  return SyncPath(folder.parent_path().empty() ? fs::path(".") : folder.parent_path());
}

}  // namespace firn::engine
