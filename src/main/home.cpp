#include "main/home.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/bytes.hpp"

namespace firn {
namespace {

constexpr std::array<std::string_view, 8> kFolders{"secrets", "lake",  "stages", "results",
                                                   "cache",   "spill", "logs",   "run"};

Status CheckVersion(const std::filesystem::path& folder) {
  const auto file = folder / "VERSION";
  const auto text = ReadFile(file);
  if (!text) {
    if (text.error().code != Code::kNotFound) return text.error();
    return WriteFileDurably(file, std::to_string(kHomeVersion) + "\n");
  }
  const int version = std::atoi(text->c_str());
  if (version == kHomeVersion) return {};
  if (version > kHomeVersion) {
    return Error{Code::kInvalid, "the home " + folder.string() + " has format " +
                                     std::to_string(version) + ", this Firn knows formats up to " +
                                     std::to_string(kHomeVersion) +
                                     "; start it with the newer Firn that wrote it"};
  }
  return Error{Code::kInvalid, "the file " + file.string() + " does not hold a format number"};
}

}  // namespace

Result<Home> Home::Open(const std::filesystem::path& folder) {
  Home home;
  std::error_code failed;
  home.folder_ = std::filesystem::absolute(folder, failed);
  FIRN_CHECK(MakeFolders(home.folder_, 0700));
  const auto lock_file = home.folder_ / "lock";
  home.lock_ = UniqueFd(open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!home.lock_) return SystemError("open", lock_file);
  if (flock(home.lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    const auto holder = ReadFile(lock_file);
    return Error{Code::kConflict, "another firn (pid " +
                                      (holder ? *holder : std::string("unknown")) +
                                      ") holds the home " + home.folder_.string() +
                                      "; stop it, or use another --home"};
  }
  const auto pid = std::to_string(getpid());
  if (ftruncate(home.lock_.get(), 0) != 0 ||
      pwrite(home.lock_.get(), pid.data(), pid.size(), 0) < 0) {
    return SystemError("write", lock_file);
  }
  FIRN_CHECK(CheckVersion(home.folder_));
  for (const auto name : kFolders) FIRN_CHECK(MakeFolders(home.folder_ / name, 0700));
  return home;
}

Result<std::string> Home::Secret(const std::string& name) const {
  const auto file = folder_ / "secrets" / name;
  auto content = ReadFile(file);
  if (content && content->size() == 32) return content;
  if (!content && content.error().code != Code::kNotFound) return content;
  const auto made = RandomBytes(32);
  FIRN_CHECK(WriteFileDurably(file, made, 0600));
  return made;
}

}  // namespace firn
