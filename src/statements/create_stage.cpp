#include "access/access_service.hpp"
#include "base/names.hpp"
#include "stages/stage_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/connections.hpp"
#include "statements/create_head.hpp"
#include "statements/file_format.hpp"
#include "statements/temporary.hpp"
#include "tables/table_service.hpp"

namespace firn::statements {
namespace {

using catalog::Object;

/// The parts of CREATE STAGE behind the name; external locations are refused.
Status ParseStageOptions(Execution& execution, sql::Cursor& cursor, Object& stage) {
  while (!cursor.AtEnd() && cursor.Peek()->text != ";") {
    if (cursor.Accept("FILE_FORMAT")) {
      FIRN_CHECK(cursor.ExpectSymbol("="));
      FIRN_TRY(const auto options, ParseFileFormat(execution, cursor));
      stage.detail = FormatToJson(options);
    } else if (cursor.Accept("COMMENT")) {
      FIRN_CHECK(cursor.ExpectSymbol("="));
      FIRN_TRY(stage.comment, cursor.ExpectString());
    } else if (cursor.Accept("DIRECTORY") || cursor.Accept("ENCRYPTION") ||
               cursor.Accept("COPY_OPTIONS")) {
      FIRN_CHECK(cursor.ExpectSymbol("="));
      FIRN_CHECK(cursor.ExpectParenthesised());
    } else if (cursor.Accept("URL") || cursor.Accept("STORAGE_INTEGRATION")) {
      return SqlError(Code::kInvalid, 2, "0A000",
                      "SQL compilation error:\nUnsupported feature 'external stage'.");
    } else {
      return cursor.ExpectEnd();
    }
  }
  return {};
}

/// False when it was there already, and may be.
Result<bool> CreateTemporary(Execution& execution, Object object, const CreateHead& head) {
  const auto temporary = TemporaryOf(execution.session);
  const auto existing = temporary->Find(object.kind, object.name);
  if (existing && head.if_not_exists) return false;
  if (existing && !head.or_replace) {
    return SqlError(Code::kExists, 2002, "42710",
                    "SQL compilation error:\nObject '" + object.SqlName() + "' already exists.");
  }
  if (existing && object.kind == catalog::ObjectKind::kStage) {
    FIRN_CHECK(execution.services.stages.Purge(existing->id));
  }
  object.id = NextTemporaryId();
  if (object.kind == catalog::ObjectKind::kStage) {
    // Ids of temporary objects begin anew with each process; so do the folders of their files.
    FIRN_CHECK(execution.services.stages.Purge(object.id));
  }
  const auto kind = object.kind;
  temporary->PutAs(kind, std::move(object));
  return true;
}

/// The same for one that stays.
Result<bool> CreatePermanent(Execution& execution, Object object, const CreateHead& head,
                             access::Privilege privilege) {
  const bool there = head.if_not_exists &&
                     execution.services.catalog.Find(execution.scope(), object.kind, head.name);
  FIRN_CHECK(execution.services.tables.CreateEntry(
      execution.scope(), std::move(object), {head.or_replace, head.if_not_exists}, privilege));
  return !there;
}

Result<Outcome> Create(Execution& execution, catalog::ObjectKind kind, std::string_view word,
                       access::Privilege privilege) {
  auto cursor = execution.cursor();
  FIRN_TRY(const auto head, ParseCreateHead(cursor, word));
  Object object;
  object.kind = kind;
  FIRN_TRY(object.name, execution.services.catalog.Complete(execution.scope(), kind, head.name));
  object.owner_role = execution.state.principal.role;
  object.created_on_ms = execution.services.clock.NowMs();
  if (kind == catalog::ObjectKind::kStage) {
    FIRN_CHECK(ParseStageOptions(execution, cursor, object));
  } else {
    FIRN_TRY(const auto options, ParseFormatOptions(cursor));
    FIRN_CHECK(ToEngine(options));
    if (cursor.Accept("COMMENT")) {
      cursor.AcceptSymbol("=");
      FIRN_TRY(object.comment, cursor.ExpectString());
    }
    FIRN_CHECK(cursor.ExpectEnd());
    object.detail = FormatToJson(options);
  }
  const auto name = object.name.name;
  FIRN_TRY(const bool made, head.temporary
                                ? CreateTemporary(execution, std::move(object), head)
                                : CreatePermanent(execution, std::move(object), head, privilege));
  if (!made) return StatusOutcome(name + " already exists, statement succeeded.");
  const bool stage = kind == catalog::ObjectKind::kStage;
  return StatusOutcome((stage ? "Stage area " : "File format ") + NameToSql(name) +
                       " successfully created.");
}

}  // namespace

Result<Outcome> RunCreateStage(Execution& execution) {
  return Create(execution, catalog::ObjectKind::kStage, "STAGE", access::Privilege::kCreateStage);
}

Result<Outcome> RunCreateFileFormat(Execution& execution) {
  return Create(execution, catalog::ObjectKind::kFileFormat, "FILE FORMAT",
                access::Privilege::kCreateFileFormat);
}

}  // namespace firn::statements
