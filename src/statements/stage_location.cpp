#include "statements/stage_location.hpp"

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "stages/stage_service.hpp"
#include "statements/bind.hpp"

namespace firn::statements {
namespace {

using catalog::Object;
using catalog::ObjectKind;

/// Splits "@a.b.c/dir" at the first '/' outside quotes.
std::pair<std::string, std::string> Split(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '/' && !quoted) {
      return {std::string(text.substr(0, i)), std::string(text.substr(i + 1))};
    }
  }
  return {std::string(text), ""};
}

/// A stage that belongs to a user or a table; it has an id of its own that no name reaches.
std::shared_ptr<const Object> OwnedStage(std::int64_t id, std::string name,
                                         const std::string& role) {
  Object stage;
  stage.id = id;
  stage.kind = ObjectKind::kStage;
  stage.name.name = std::move(name);
  stage.owner_role = role;
  return std::make_shared<const Object>(std::move(stage));
}

// Ids of user and table stages, apart from the catalog's own (positive, small) and from temporary
// objects (negative, small).
constexpr std::int64_t kUserStages = 1LL << 40;
constexpr std::int64_t kTableStages = 1LL << 41;

}  // namespace

Result<StageLocation> ResolveStage(Execution& execution, const std::string& text,
                                   access::Privilege privilege) {
  if (!text.starts_with('@')) {
    return SqlError(Code::kInvalid, 1003, "42000",
                    "SQL compilation error:\n'" + text +
                        "' is not a stage; a stage begins with '@', as in @my_stage/dir.");
  }
  auto [name, path] = Split(std::string_view(text).substr(1));
  FIRN_TRY(auto clean, stages::StageService::CleanPath(path));
  StageLocation out{nullptr, std::move(clean), name};
  const auto& principal = execution.state.principal;
  if (name == "~") {
    out.stage = OwnedStage(kUserStages + principal.user_id, "~", principal.role);
    return out;
  }
  if (const auto percent = name.find('%'); percent != std::string::npos) {
    FIRN_TRY(const auto parts,
             sql::ParseNameParts(name.substr(0, percent) + name.substr(percent + 1)));
    FIRN_TRY(const auto table, FindObject(execution, ObjectKind::kTable, parts));
    FIRN_CHECK(
        execution.services.access.Check(principal, access::Privilege::kOwnership, table->ref()));
    out.stage = OwnedStage(kTableStages + table->id, "%" + table->name.name, table->owner_role);
    return out;
  }
  FIRN_TRY(const auto parts, sql::ParseNameParts(name));
  FIRN_TRY(out.stage, FindObject(execution, ObjectKind::kStage, parts));
  if (out.stage->id > 0) {
    FIRN_CHECK(execution.services.access.Check(principal, privilege, out.stage->ref()));
  }
  return out;
}

}  // namespace firn::statements
