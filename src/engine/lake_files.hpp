#pragma once

#include <filesystem>
#include <set>

#include "engine/instance.hpp"

namespace firn::engine {

inline constexpr const char* kCatalogFile = "catalog.ducklake";
inline constexpr const char* kDataFolder = "data";

/// The files that any snapshot of the catalog names or that wait for deletion.
Result<std::set<std::filesystem::path>> NamedFiles(Instance& instance);

/// Deletes files below the data folder that no snapshot names and that were last written before
/// `written_before`: files of running transactions are younger. Returns how many.
Result<std::int64_t> DeleteOrphans(Instance& instance,
                                   std::filesystem::file_time_type written_before);

/// Copies the catalog at rest, then the data files that it names, and syncs it all.
Status CopyLake(Instance& instance, const std::filesystem::path& folder);

}  // namespace firn::engine
