#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/show.hpp"

namespace firn::statements {
namespace {

std::string TypeName(sessions::ParameterInfo::Type type) {
  if (type == sessions::ParameterInfo::Type::kBool) return "BOOLEAN";
  return type == sessions::ParameterInfo::Type::kNumber ? "NUMBER" : "STRING";
}

}  // namespace

/// SHOW PARAMETERS [LIKE 'x'] [IN SESSION | ACCOUNT | USER …]
Result<Outcome> RunShowParameters(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW PARAMETERS"));
  FIRN_TRY(const auto like, ParseLike(cursor));
  cursor.Rest();
  Outcome out;
  for (const auto* name : {"key", "value", "default", "level", "description", "type"}) {
    out.columns.push_back(TextColumn(name));
  }
  const auto& set = execution.state.parameters;
  for (const auto& info : sessions::KnownParameters()) {
    if (like && !LikeMatches(*like, info.name)) continue;
    out.rows.push_back({std::string(info.name), set.Get(info.name), std::string(info.default_value),
                        set.IsSet(info.name) ? "SESSION" : "", std::string(info.description),
                        TypeName(info.type)});
  }
  return out;
}

Result<Outcome> RunShowVariables(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW VARIABLES"));
  FIRN_TRY(const auto like, ParseLike(cursor));
  FIRN_CHECK(cursor.ExpectEnd());
  Outcome out;
  out.columns = {NumberColumn("session_id"), TextColumn("name"), TextColumn("value")};
  for (const auto& [name, value] : execution.state.variables) {
    if (!IsPlainName(name) || (like && !LikeMatches(*like, name))) continue;
    out.rows.push_back({std::to_string(execution.state.id), name, value});
  }
  return out;
}

}  // namespace firn::statements
