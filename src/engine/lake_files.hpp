#pragma once

#include <filesystem>
#include <set>
#include <vector>

#include "engine/instance.hpp"

namespace firn::engine {

inline constexpr const char* kCatalogFile = "catalog.ducklake";
inline constexpr const char* kDataFolder = "data";

/// The files that any snapshot of the catalog names or that wait for deletion.
Result<std::set<std::filesystem::path>> NamedFiles(Instance& instance);

/// The files below the data folder that are not among those: of open transactions, or left over.
Result<std::vector<std::filesystem::path>> UnnamedFiles(Instance& instance);

/// Copies the catalog at rest, then the data files that it names, and syncs it all.
Status CopyLake(Instance& instance, const std::filesystem::path& folder);

}  // namespace firn::engine
