#include "cli/transfer.hpp"

#include <zlib.h>

#include <array>
#include <fstream>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/ids.hpp"
#include "cli/progress.hpp"

namespace firn::cli {
namespace {

namespace fs = std::filesystem;

Status CheckMoved(const Result<net::ClientResponse>& response, const std::string& what) {
  if (!response) return response.error();
  if (response->status / 100 == 2) return {};
  auto text = response->body;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto code = response->status == 507   ? Code::kExhausted
                    : response->status == 404 ? Code::kNotFound
                    : response->status == 403 ? Code::kDenied
                                              : Code::kInvalid;
  return Error{code, what + ": " +
                         (text.empty() ? "the server answered with status " +
                                             std::to_string(response->status)
                                       : text)};
}

/// What a stage calls a file, as a relative path that stays below the folder it is put in.
Result<fs::path> LocalName(const std::string& name, const std::string& prefix) {
  std::string_view rest = name;
  const auto slash = rest.rfind('/');
  if (!prefix.empty() && prefix.back() == '/' && rest.starts_with(prefix)) {
    rest.remove_prefix(prefix.size());
  } else if (!prefix.empty() && rest.starts_with(prefix + "/")) {
    rest.remove_prefix(prefix.size() + 1);
  } else if (!prefix.empty() && slash != std::string_view::npos) {
    rest.remove_prefix(slash + 1);
  }
  const fs::path path(rest);
  for (const auto& part : path) {
    if (part == ".." || path.is_absolute()) {
      return Error{Code::kInvalid,
                   "the stage's file '" + name + "' has a name that leads elsewhere"};
    }
  }
  if (path.empty() || !path.has_filename()) {
    return Error{Code::kInvalid, "the stage's file '" + name + "' has no name"};
  }
  return path;
}

/// A gzip copy in the folder for temporary files, removed when this ends.
class CompressedCopy {
 public:
  static Result<CompressedCopy> Make(const fs::path& file) {
    CompressedCopy out;
    out.path_ = fs::temp_directory_path() / ("firn-" + NewUuid() + ".gz");
    std::ifstream in(file, std::ios::binary);
    gzFile to = gzopen(out.path_.c_str(), "wb1");
    if (!in || to == nullptr) {
      if (to != nullptr) gzclose(to);
      return SystemError("open", in ? out.path_ : file);
    }
    std::array<char, 1 << 16> block;
    bool good = true;
    while (good && in.read(block.data(), block.size()).gcount() > 0) {
      const auto count = static_cast<unsigned>(in.gcount());
      good = gzwrite(to, block.data(), count) == static_cast<int>(count);
    }
    if (gzclose(to) != Z_OK || !good) return SystemError("write", out.path_);
    return out;
  }
  CompressedCopy(CompressedCopy&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  CompressedCopy& operator=(CompressedCopy&&) = delete;
  ~CompressedCopy() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  CompressedCopy() = default;
  fs::path path_;
};

bool IsCompressed(const fs::path& file) {
  for (const auto* end : {".gz", ".bz2", ".br", ".zst", ".xz", ".parquet", ".orc"}) {
    if (file.extension() == end) return true;
  }
  return false;
}

}  // namespace

Status UploadFile(Session& session, const fs::path& file, const std::string& url,
                  const std::string& label) {
  FIRN_TRY(const auto digest, FileSha256(file));
  Progress progress(label);
  net::ClientRequest request;
  request.method = "PUT";
  request.headers = {{"x-goog-meta-sfc-digest", Base64Encode(digest)},
                     {"Content-Type", "application/octet-stream"}};
  request.upload = file;
  request.progress = [&](std::int64_t done, std::int64_t total) { progress.Show(done, total); };
  return CheckMoved(session.Move(url, std::move(request)), file.string());
}

Result<std::vector<Moved>> DownloadFiles(Session& session, const Transfer& transfer,
                                         const fs::path& folder, const std::string& prefix) {
  std::vector<Moved> out;
  for (std::size_t i = 0; i < transfer.names.size() && i < transfer.urls.size(); ++i) {
    FIRN_TRY(const auto name, LocalName(transfer.names[i], prefix));
    const auto file = folder / name;
    FIRN_CHECK(MakeFolders(file.parent_path().empty() ? fs::path(".") : file.parent_path()));
    Progress progress(name.string());
    net::ClientRequest request;
    request.download = file;
    request.progress = [&](std::int64_t done, std::int64_t total) { progress.Show(done, total); };
    FIRN_CHECK(CheckMoved(session.Move(transfer.urls[i], std::move(request)), transfer.names[i]));
    std::error_code ignored;
    out.push_back(
        {transfer.names[i], file, static_cast<std::int64_t>(fs::file_size(file, ignored))});
  }
  return out;
}

Result<std::vector<Moved>> MoveFiles(Session& session, const Transfer& transfer) {
  if (!transfer.upload) return DownloadFiles(session, transfer, transfer.folder, "");
  std::vector<Moved> out;
  for (std::size_t i = 0; i < transfer.names.size() && i < transfer.urls.size(); ++i) {
    const fs::path file = transfer.names[i];
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) {
      return Error{Code::kNotFound, "there is no file " + file.string() +
                                        "; PUT of `firn sql` takes one file, without wildcards"};
    }
    const auto size = static_cast<std::int64_t>(fs::file_size(file, failed));
    if (transfer.compress && !IsCompressed(file)) {
      FIRN_TRY(const auto copy, CompressedCopy::Make(file));
      FIRN_CHECK(UploadFile(session, copy.path(), transfer.urls[i], file.filename().string()));
    } else {
      FIRN_CHECK(UploadFile(session, file, transfer.urls[i], file.filename().string()));
    }
    out.push_back({file.filename().string(), file, size});
  }
  return out;
}

}  // namespace firn::cli
