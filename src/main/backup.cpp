#include "main/backup.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <mutex>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"

namespace firn {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Error FileError(std::string_view what, const std::error_code& error) {
  return Error{error == std::errc::no_space_on_device ? Code::kExhausted : Code::kInternal,
               std::string(what) + ": " + error.message()};
}

/// A hard link where the file system allows it (the files never change), else a copy. A folder
/// named `except` is left out.
Status LinkTree(const fs::path& from, const fs::path& to, std::string_view except = "") {
  std::error_code failed;
  for (fs::recursive_directory_iterator at(from, failed), end; !failed && at != end;
       at.increment(failed)) {
    const auto target = to / fs::relative(at->path(), from);
    if (at->is_directory()) {
      if (at.depth() == 0 && at->path().filename() == except) {
        at.disable_recursion_pending();
        continue;
      }
      FIRN_CHECK(MakeFolders(target));
      continue;
    }
    if (!at->is_regular_file()) continue;
    FIRN_CHECK(MakeFolders(target.parent_path()));
    std::error_code not_linked;
    fs::create_hard_link(at->path(), target, not_linked);
    if (not_linked) fs::copy_file(at->path(), target, failed);
  }
  if (failed) return FileError("copy " + from.string(), failed);
  return {};
}

Result<json::array> ListFiles(const fs::path& folder, Backup::Made& made) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_regular_file()) files.push_back(at->path());
    if (at->is_directory()) FIRN_CHECK(SyncPath(at->path()));
  }
  if (failed) return FileError("read " + folder.string(), failed);
  std::sort(files.begin(), files.end());
  json::array out;
  for (const auto& file : files) {
    FIRN_TRY(const auto digest, FileSha256(file));
    FIRN_CHECK(SyncPath(file));
    const auto bytes = static_cast<std::int64_t>(fs::file_size(file, failed));
    made.files += 1;
    made.bytes += bytes;
    out.push_back({{"path", fs::relative(file, folder).string()},
                   {"bytes", bytes},
                   {"sha256", HexEncode(digest)}});
  }
  return out;
}

}  // namespace

Result<Backup::Made> Backup::Run(const fs::path& folder) {
  std::error_code failed;
  if (!folder.is_absolute()) {
    return Error{Code::kInvalid, "the folder '" + folder.string() + "' must be an absolute path"};
  }
  if (fs::exists(folder, failed) && !fs::is_empty(folder, failed)) {
    return Error{Code::kExists,
                 "the folder " + folder.string() + " is not empty; give a new one for each backup"};
  }
  const auto copy = folder / "home";
  FIRN_CHECK(MakeFolders(copy, 0700));
  {
    const std::unique_lock lock(definitions_);
    FIRN_CHECK(engine_.Backup(copy / "lake"));
    const auto copied = stages_.WhileStill([&]() -> Status {
      FIRN_CHECK(database_.Backup(copy / "meta.db"));
      return LinkTree(home_ / "stages", copy / "stages", stages::StageService::kUploads);
    });
    FIRN_CHECK(copied);
  }
  FIRN_CHECK(LinkTree(home_ / "secrets", copy / "secrets"));
  FIRN_TRY(const auto version, ReadFile(home_ / "VERSION"));
  FIRN_CHECK(WriteFileDurably(copy / "VERSION", version));
  Made made;
  FIRN_TRY(auto files, ListFiles(folder, made));
  const json::object manifest{{"format", 1}, {"files", std::move(files)}};
  FIRN_CHECK(WriteFileDurably(folder / "manifest.json", json::serialize(manifest)));
  return made;
}

std::vector<doors::Route> Backup::Routes(doors::SnowflakeServices& services) {
  const auto run = [this, &services](const net::Request& request) -> Result<json::object> {
    FIRN_TRY(const auto session, doors::SessionOf(services, request));
    FIRN_CHECK(services.access.Check(session->State().principal, access::Privilege::kOwnership,
                                     access::kTheAccount));
    FIRN_TRY(const auto body, doors::ParseBody(request));
    FIRN_TRY(const auto made, Run(doors::TextAt(body, "folder")));
    return json::object{{"files", made.files}, {"bytes", made.bytes}};
  };
  return {{"POST",
           "/firn/admin/backup",
           [run](doors::Call call) {
             auto data = run(call.request);
             call.responder->Respond(data ? doors::Success(*std::move(data))
                                          : doors::Failure(data.error()));
           },
           {}}};
}

}  // namespace firn
