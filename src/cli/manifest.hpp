#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace firn::cli {

/// The files of a backup, as its manifest.json lists them.
struct ManifestFile {
  std::string path;  ///< relative to the backup's folder, without ".."
  std::int64_t bytes = 0;
  std::string sha256;  ///< hex
};

/// Errors: kNotFound when the folder holds no backup, kInvalid when the manifest is broken.
Result<std::vector<ManifestFile>> ReadManifest(const std::filesystem::path& folder);

/// Reads every file and compares. Errors: kInvalid naming the first that is missing or differs.
Status VerifyFiles(const std::filesystem::path& folder, const std::vector<ManifestFile>& files);

}  // namespace firn::cli
