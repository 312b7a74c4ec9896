#include <array>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "stages/stage_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/connections.hpp"
#include "statements/governance/policy_use.hpp"
#include "statements/temporary.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

using catalog::ObjectKind;

struct Kind {
  std::string_view words;
  ObjectKind kind;
};
constexpr std::array<Kind, 6> kKinds{{{"DATABASE", ObjectKind::kDatabase},
                                      {"SCHEMA", ObjectKind::kSchema},
                                      {"TABLE", ObjectKind::kTable},
                                      {"VIEW", ObjectKind::kView},
                                      {"STAGE", ObjectKind::kStage},
                                      {"FILE FORMAT", ObjectKind::kFileFormat}}};

Result<ObjectKind> ParseKind(sql::Cursor& cursor) {
  FIRN_CHECK(cursor.Expect("DROP"));
  for (const auto& [words, kind] : kKinds) {
    if (cursor.Accept(words)) return kind;
  }
  return cursor.Unexpected();
}

/// Tables and views are found under one kind; DROP TABLE of a view is an error, and the reverse.
Status CheckKind(const catalog::Object& object, ObjectKind wanted) {
  if (object.kind == wanted) return {};
  return SqlError(Code::kInvalid, 2203, "42601",
                  "SQL compilation error:\nObject found is of type '" +
                      std::string(access::ObjectKindName(object.kind)) + "' not specified type '" +
                      std::string(access::ObjectKindName(wanted)) + "'.");
}

Status DropTemporary(Execution& execution, const catalog::Object& object) {
  if (object.kind == ObjectKind::kTable) {
    FIRN_TRY(auto lease, Lease::Borrow(execution));
    FIRN_CHECK(lease->Execute("DROP TABLE IF EXISTS " + object.PhysicalName()));
  }
  if (object.kind == ObjectKind::kStage) {
    FIRN_CHECK(execution.services.stages.Purge(object.id));
  }
  const auto kind = object.kind == ObjectKind::kView ? ObjectKind::kTable : object.kind;
  TemporaryOf(execution.session)->Remove(kind, object.name);
  return {};
}

Status PurgeStages(Execution& execution, const catalog::Object& dropped) {
  if (dropped.kind == ObjectKind::kStage) return execution.services.stages.Purge(dropped.id);
  return {};
}

}  // namespace

Result<Outcome> RunDrop(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto kind, ParseKind(cursor));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  if (!cursor.Accept("CASCADE")) cursor.Accept("RESTRICT");
  FIRN_CHECK(cursor.ExpectEnd());

  const auto looked_for = kind == ObjectKind::kView ? ObjectKind::kTable : kind;
  auto found = FindObject(execution, looked_for, parts);
  if (!found) {
    if (if_exists && found.error().code == Code::kNotFound) {
      return StatusOutcome("Drop statement executed successfully (" + parts.back() +
                           " already dropped).");
    }
    return found.error();
  }
  const auto& object = **found;
  FIRN_CHECK(CheckKind(object, kind));
  if (object.id < 0) {
    FIRN_CHECK(DropTemporary(execution, object));
  } else {
    std::vector<std::shared_ptr<const catalog::Object>> stages;
    if (kind == ObjectKind::kDatabase || kind == ObjectKind::kSchema) {
      FIRN_CHECK(CheckUnusedOutside(execution, object));
      const auto schema = kind == ObjectKind::kSchema ? std::optional(object.name.schema)
                                                      : std::optional<std::string>();
      stages = execution.services.catalog.List(catalog::FirnsOwnScope(), ObjectKind::kStage,
                                               object.name.database, schema);
    }
    FIRN_TRY(auto lease, Lease::Borrow(execution));
    FIRN_CHECK(execution.services.tables.Drop(execution.scope(), object, *lease));
    FIRN_CHECK(PurgeStages(execution, object));
    for (const auto& stage : stages) FIRN_CHECK(PurgeStages(execution, *stage));
  }
  return StatusOutcome(parts.back() + " successfully dropped.");
}

}  // namespace firn::statements
