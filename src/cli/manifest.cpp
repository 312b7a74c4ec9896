#include "cli/manifest.hpp"

#include <boost/json.hpp>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "cli/progress.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kFormat = 1;

bool StaysBelow(const fs::path& path) {
  if (path.empty() || path.is_absolute()) return false;
  for (const auto& part : path) {
    if (part == "..") return false;
  }
  return true;
}

Result<std::vector<ManifestFile>> Parse(const json::value& value) {
  const Error broken{Code::kInvalid, "its manifest.json is broken"};
  if (!value.is_object()) return broken;
  const auto* format = value.as_object().if_contains("format");
  const auto* files = value.as_object().if_contains("files");
  if (format == nullptr || !format->is_int64() || files == nullptr || !files->is_array()) {
    return broken;
  }
  if (format->as_int64() > kFormat) return Error{Code::kInvalid, "a newer Firn wrote it; use that"};
  std::vector<ManifestFile> out;
  for (const auto& item : files->as_array()) {
    if (!item.is_object()) return broken;
    const auto& entry = item.as_object();
    const auto* path = entry.if_contains("path");
    const auto* bytes = entry.if_contains("bytes");
    const auto* digest = entry.if_contains("sha256");
    const bool whole = path != nullptr && path->is_string() && bytes != nullptr &&
                       bytes->is_int64() && digest != nullptr && digest->is_string();
    if (!whole) return broken;
    out.push_back(
        {std::string(path->as_string()), bytes->as_int64(), std::string(digest->as_string())});
    if (!StaysBelow(out.back().path)) return broken;
  }
  return out;
}

}  // namespace

Result<std::vector<ManifestFile>> ReadManifest(const fs::path& folder) {
  const auto text = ReadFile(folder / "manifest.json");
  if (!text) {
    return Error{Code::kNotFound, folder.string() + " holds no backup (no manifest.json)"};
  }
  boost::system::error_code failed;
  const auto value = json::parse(*text, failed);
  auto files = failed ? Parse({}) : Parse(value);
  if (!files) return Error{Code::kInvalid, folder.string() + ": " + files.error().message};
  return files;
}

Status VerifyFiles(const fs::path& folder, const std::vector<ManifestFile>& files) {
  Progress progress("checking");
  std::int64_t total = 0;
  for (const auto& file : files) total += file.bytes;
  std::int64_t done = 0;
  for (const auto& file : files) {
    const auto digest = FileSha256(folder / file.path);
    if (!digest) return digest.error();
    if (HexEncode(*digest) != file.sha256) {
      return Error{Code::kInvalid, "the file " + (folder / file.path).string() +
                                       " is not what was backed up: its checksum differs"};
    }
    done += file.bytes;
    progress.Show(done, total);
  }
  return {};
}

}  // namespace firn::cli
