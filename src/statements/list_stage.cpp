#include <ctime>

#include "stages/stage_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/stage_location.hpp"

namespace firn::statements {
namespace {

struct Selection {
  StageLocation location;
  std::vector<stages::StageFile> files;
};

Result<Selection> Select(Execution& execution, sql::Cursor& cursor, access::Privilege privilege) {
  FIRN_TRY(const auto text, cursor.ExpectStage());
  std::optional<std::string> pattern;
  if (cursor.Accept("PATTERN")) {
    FIRN_CHECK(cursor.ExpectSymbol("="));
    FIRN_TRY(pattern, cursor.ExpectString());
  }
  FIRN_CHECK(cursor.ExpectEnd());
  Selection out;
  FIRN_TRY(out.location, ResolveStage(execution, text, privilege));
  FIRN_TRY(out.files,
           execution.services.stages.List(out.location.stage->id, out.location.path, pattern));
  return out;
}

/// "my_stage/dir/a.csv"; a user's own files have no stage name in front.
std::string ShownName(const Selection& selection, const stages::StageFile& file) {
  const auto& name = selection.location.stage->name.name;
  if (name == "~" || name.starts_with('%')) return file.path;
  std::string out;
  for (const char c : name) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out + "/" + file.path;
}

std::string HttpTime(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const auto length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, length};
}

}  // namespace

Result<Outcome> RunList(Execution& execution) {
  auto cursor = execution.cursor();
  if (!cursor.Accept("LIST")) FIRN_CHECK(cursor.Expect("LS"));
  FIRN_TRY(const auto selection, Select(execution, cursor, access::Privilege::kRead));
  Outcome out;
  out.columns = {TextColumn("name"), NumberColumn("size"), TextColumn("md5"),
                 TextColumn("last_modified")};
  for (const auto& file : selection.files) {
    out.rows.push_back({ShownName(selection, file), std::to_string(file.size_bytes), file.md5,
                        HttpTime(file.modified_ms)});
  }
  return out;
}

Result<Outcome> RunRemove(Execution& execution) {
  auto cursor = execution.cursor();
  if (!cursor.Accept("REMOVE")) FIRN_CHECK(cursor.Expect("RM"));
  FIRN_TRY(const auto selection, Select(execution, cursor, access::Privilege::kWrite));
  Outcome out;
  out.columns = {TextColumn("name"), TextColumn("result")};
  for (const auto& file : selection.files) {
    FIRN_CHECK(execution.services.stages.Remove(selection.location.stage->id, file.path));
    out.rows.push_back({ShownName(selection, file), "removed"});
  }
  return out;
}

}  // namespace firn::statements
