#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/session.hpp"

namespace firn::cli {

struct Moved {
  std::string name;
  std::filesystem::path file;
  std::int64_t bytes = 0;
};

/// PUTs a local file to an address, with its digest, and a progress bar on a terminal.
Status UploadFile(Session& session, const std::filesystem::path& file, const std::string& url,
                  const std::string& label);

/// Downloads what a GET statement named into `folder` (made when missing). Files keep the folders
/// that they have behind `prefix` on the stage.
Result<std::vector<Moved>> DownloadFiles(Session& session, const Transfer& transfer,
                                         const std::filesystem::path& folder,
                                         const std::string& prefix);

/// Does what a PUT or GET statement of `firn sql` asks for.
Result<std::vector<Moved>> MoveFiles(Session& session, const Transfer& transfer);

}  // namespace firn::cli
