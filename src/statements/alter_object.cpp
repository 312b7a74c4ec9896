#include <algorithm>
#include <array>

#include "access/access_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"

namespace firn::statements {

/// COMMENT [IF EXISTS] ON <kind> name IS 'text'
Result<Outcome> RunComment(Execution& execution) {
  using catalog::ObjectKind;
  constexpr std::array<std::pair<std::string_view, ObjectKind>, 6> kKinds{
      {{"DATABASE", ObjectKind::kDatabase},
       {"SCHEMA", ObjectKind::kSchema},
       {"TABLE", ObjectKind::kTable},
       {"VIEW", ObjectKind::kTable},
       {"STAGE", ObjectKind::kStage},
       {"FILE FORMAT", ObjectKind::kFileFormat}}};
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("COMMENT"));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_CHECK(cursor.Expect("ON"));
  const bool column = cursor.Accept("COLUMN");
  auto kind = ObjectKind::kTable;
  if (!column) {
    const auto* at = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const auto& entry) { return cursor.Accept(entry.first); });
    if (at == kKinds.end()) return cursor.Unexpected();
    kind = at->second;
  }
  FIRN_TRY(auto parts, cursor.ExpectNameParts());
  std::string column_name;
  if (column) {
    if (parts.size() < 2) return cursor.Unexpected();
    column_name = parts.back();
    parts.pop_back();
  }
  FIRN_CHECK(cursor.Expect("IS"));
  FIRN_TRY(const auto text, cursor.ExpectString());
  FIRN_CHECK(cursor.ExpectEnd());

  const auto found = FindObject(execution, kind, parts);
  if (!found) {
    if (if_exists && found.error().code == Code::kNotFound) {
      return StatusOutcome("Statement executed successfully.");
    }
    return found.error();
  }
  FIRN_CHECK(execution.services.access.Check(execution.state.principal,
                                             access::Privilege::kOwnership, (*found)->ref()));
  bool known = !column;
  FIRN_CHECK(execution.services.catalog.Alter((*found)->id, [&](catalog::Object& object) {
    if (!column) object.comment = text;
    for (auto& info : object.columns) {
      if (!column || info.name != column_name) continue;
      info.comment = text;
      known = true;
    }
  }));
  if (!known) {
    return SqlError(Code::kInvalid, 904, "42000",
                    "SQL compilation error:\ninvalid identifier '" + column_name + "'");
  }
  return StatusOutcome("Statement executed successfully.");
}

}  // namespace firn::statements
