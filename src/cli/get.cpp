#include <boost/json.hpp>

#include <cstdio>

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/transfer.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "sql/lexer.hpp"

namespace firn::cli {

Ended RunGet(const Common& common, const GetOptions& options) {
  const bool stage = options.stage.starts_with('@') || options.stage.starts_with("snow://");
  if (!stage || options.stage.find_first_of(" \t\n;'") != std::string::npos) {
    return Error{Code::kInvalid, "'" + options.stage +
                                     "' is no place on a stage; write @stage/folder or "
                                     "@stage/folder/file"};
  }
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  std::error_code failed;
  const auto folder = std::filesystem::absolute(options.folder, failed);
  FIRN_TRY(const auto answer, session.Run("GET " + options.stage + " " +
                                          sql::StringLiteral("file://" + folder.string())));
  if (!answer.transfer) return Error{Code::kInternal, "the server named no files to get"};
  const auto slash = options.stage.find('/');
  const auto prefix = slash == std::string::npos ? "" : options.stage.substr(slash + 1);
  FIRN_TRY(const auto moved, DownloadFiles(session, *answer.transfer, folder, prefix));
  boost::json::array list;
  std::int64_t bytes = 0;
  for (const auto& [name, file, size] : moved) {
    bytes += size;
    list.push_back({{"name", name}, {"file", file.string()}, {"bytes", size}});
    if (!common.json) std::printf("%s  %s\n", file.c_str(), BytesText(size).c_str());
  }
  if (common.json) {
    std::printf("%s\n", boost::json::serialize(list).c_str());
  } else {
    std::printf("%s files, %s\n", Grouped(static_cast<std::int64_t>(moved.size())).c_str(),
                BytesText(bytes).c_str());
  }
  return 0;
}

}  // namespace firn::cli
