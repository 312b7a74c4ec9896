#include "base/names.hpp"
#include "stages/stage_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/stage_location.hpp"

namespace firn::statements {
namespace {

using stages::Ticket;

/// The client's file as it will be named on the stage: the last part, with ".gz" when the client
/// will compress it.
std::string StoredName(std::string_view source, bool compressed) {
  const auto slash = source.find_last_of("/\\");
  std::string name(slash == std::string_view::npos ? source : source.substr(slash + 1));
  return compressed ? name + ".gz" : name;
}

/// What the clients take for compressed already, by the end of the name.
bool IsCompressed(std::string_view name) {
  for (const auto* end : {".gz", ".bz2", ".br", ".zst", ".deflate", ".raw_deflate", ".lz", ".lzma",
                          ".lzo", ".xz", ".parquet", ".orc"}) {
    if (LowerCase(name).ends_with(end)) return true;
  }
  return false;
}

std::string Url(const Execution& execution, const Ticket& ticket) {
  return execution.base_url + "/firn/stage/" + execution.services.stages.Sign(ticket);
}

/// Whether the client will look which files there are; then it asks for an address of each by the
/// bare name, and this statement's own is of no file.
bool IsPattern(std::string_view source) {
  return source.find_first_of("*?") != std::string_view::npos ||
         (source.find('[') != std::string_view::npos && source.find('/') != std::string_view::npos);
}

std::string WithoutScheme(std::string text) {
  constexpr std::string_view kScheme = "file://";
  return text.starts_with(kScheme) ? text.substr(kScheme.size()) : text;
}

/// 'file:///tmp/a.csv', or the same without quotes up to the stage.
Result<std::string> ParseLocalPath(sql::Cursor& cursor) {
  const auto* token = cursor.Peek();
  if (token != nullptr && token->kind == sql::TokenKind::kString) {
    FIRN_TRY(auto text, cursor.ExpectString());
    return WithoutScheme(std::move(text));
  }
  if (token == nullptr || token->kind != sql::TokenKind::kStage ||
      !LowerCase(token->text).starts_with("file://")) {
    return cursor.Unexpected();
  }
  auto text = std::string(token->text);
  cursor.Skip();
  return WithoutScheme(std::move(text));
}

/// `pattern` chooses among the files of a GET.
Status ParseOptions(sql::Cursor& cursor, Transfer& transfer, std::optional<std::string>& pattern) {
  while (!cursor.AtEnd() && cursor.Peek()->text != ";") {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectSymbol("="));
    if (name == "PARALLEL") {
      FIRN_TRY(transfer.parallel, cursor.ExpectInteger());
    } else if (name == "AUTO_COMPRESS") {
      FIRN_TRY(transfer.auto_compress, cursor.ExpectBool());
    } else if (name == "OVERWRITE") {
      FIRN_TRY(transfer.overwrite, cursor.ExpectBool());
    } else if (name == "SOURCE_COMPRESSION") {
      const auto* token = cursor.Peek();
      if (token == nullptr) return cursor.Unexpected();
      if (token->kind == sql::TokenKind::kString) {
        FIRN_TRY(transfer.source_compression, cursor.ExpectString());
      } else {
        transfer.source_compression = std::string(token->text);
        cursor.Skip();
      }
      transfer.source_compression = LowerCase(transfer.source_compression);
    } else if (name == "PATTERN" && !transfer.upload) {
      FIRN_TRY(pattern, cursor.ExpectString());
    } else {
      return SqlError(Code::kInvalid, 1003, "42000",
                      "SQL compilation error:\ninvalid option '" + name + "' of PUT or GET.");
    }
  }
  return cursor.ExpectEnd();
}

}  // namespace

/// PUT file://<path> @stage/dir [PARALLEL=n AUTO_COMPRESS=b OVERWRITE=b SOURCE_COMPRESSION=x]
Result<Outcome> RunPut(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("PUT"));
  Transfer transfer;
  transfer.upload = true;
  FIRN_TRY(const auto source, ParseLocalPath(cursor));
  FIRN_TRY(const auto text, cursor.ExpectStage());
  std::optional<std::string> pattern;
  FIRN_CHECK(ParseOptions(cursor, transfer, pattern));
  FIRN_TRY(const auto location, ResolveStage(execution, text, access::Privilege::kWrite));

  const auto bare = StoredName(source, false);
  const bool will_compress =
      transfer.auto_compress && !IsCompressed(bare) && transfer.source_compression == "auto_detect";
  const auto folder = location.folder();
  FIRN_TRY(auto path, stages::StageService::CleanPath(folder + StoredName(source, will_compress)));
  if (IsPattern(source)) path.clear();
  transfer.sources = {source};
  Ticket ticket{Ticket::Operation::kPut, location.stage->id, path, transfer.overwrite, 0};
  transfer.urls = {Url(execution, ticket)};
  ticket.operation = Ticket::Operation::kPutBelow;
  ticket.path = folder;
  transfer.upload_token = execution.services.stages.Sign(std::move(ticket));
  transfer.stage_location = location.shown + "/" + folder;
  Outcome out;
  out.transfer = std::move(transfer);
  return out;
}

/// GET @stage/dir file://<folder> [PARALLEL=n PATTERN='…']
Result<Outcome> RunGet(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("GET"));
  Transfer transfer;
  FIRN_TRY(const auto text, cursor.ExpectStage());
  FIRN_TRY(transfer.local_folder, ParseLocalPath(cursor));
  std::optional<std::string> pattern;
  FIRN_CHECK(ParseOptions(cursor, transfer, pattern));
  FIRN_TRY(const auto location, ResolveStage(execution, text));
  FIRN_TRY(const auto files,
           execution.services.stages.List(location.stage->id, location.path, pattern));
  for (const auto& file : files) {
    transfer.sources.push_back(file.path);
    transfer.urls.push_back(
        Url(execution, Ticket{Ticket::Operation::kGet, location.stage->id, file.path, false, 0}));
  }
  if (transfer.sources.empty()) {
    return SqlError(Code::kNotFound, 253006, "02000",
                    "File doesn't exist: " + text + " holds no file of that name.");
  }
  transfer.stage_location = location.shown + "/";
  Outcome out;
  out.transfer = std::move(transfer);
  return out;
}

}  // namespace firn::statements
