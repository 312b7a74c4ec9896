#include <algorithm>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "engine/read_text.hpp"
#include "stages/stage_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/bind.hpp"
#include "statements/change.hpp"
#include "statements/coerce.hpp"
#include "statements/connections.hpp"
#include "statements/copy_bad_rows.hpp"
#include "statements/copy_source.hpp"

namespace firn::statements {
namespace {

using catalog::ColumnInfo;

const ColumnInfo* FindColumn(const catalog::Object& table, const std::string& name, bool any_case) {
  const auto at = std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& column) {
    return any_case ? EqualIgnoringCase(column.name, name) : column.name == name;
  });
  return at == table.columns.end() ? nullptr : &*at;
}

/// Which expression over the file's columns goes to which column of the table.
struct Mapped {
  const ColumnInfo* column;
  std::string expression;
};

Result<std::vector<Mapped>> MapByName(const CopyStatement& copy, const engine::FileScan& scan) {
  std::vector<Mapped> out;
  const bool any_case = copy.match_by_name == CopyStatement::Match::kAnyCase;
  for (const auto& column : scan.columns()) {
    if (const auto* target = FindColumn(*copy.table, column.name, any_case)) {
      out.push_back({target, engine::QuoteName(column.name)});
    }
  }
  return out;
}

Result<std::vector<Mapped>> MapByPosition(const CopyStatement& copy, const engine::FileScan& scan) {
  std::vector<const ColumnInfo*> targets;
  for (const auto& name : copy.columns) {
    targets.push_back(FindColumn(*copy.table, name, false));
    if (targets.back() == nullptr) {
      return SqlError(Code::kInvalid, 904, "42000",
                      "SQL compilation error:\ninvalid identifier '" + NameToSql(name) + "'");
    }
  }
  if (copy.columns.empty()) {
    for (const auto& column : copy.table->columns) targets.push_back(&column);
  }
  const auto wanted = copy.fields.empty() ? scan.columns().size() : copy.fields.size();
  if (wanted != targets.size()) {
    return SqlError(Code::kInvalid, 100080, "22000",
                    "Number of columns in file (" + std::to_string(wanted) +
                        ") does not match that of the corresponding table (" +
                        std::to_string(targets.size()) +
                        "), use file format option error_on_column_count_mismatch=false to "
                        "ignore this error");
  }
  std::vector<Mapped> out;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (copy.fields.empty()) {
      out.push_back({targets[i], engine::QuoteName(scan.columns()[i].name)});
      continue;
    }
    FIRN_TRY(auto expression, FieldSql(copy.fields[i], scan.columns()));
    out.push_back({targets[i], std::move(expression)});
  }
  return out;
}

std::string InsertSql(const CopyStatement& copy, const std::vector<Mapped>& mapped,
                      const std::string& source) {
  std::string names;
  std::string values;
  for (const auto& [column, expression] : mapped) {
    names += (names.empty() ? "" : ", ") + engine::QuoteName(column->name);
    values += (values.empty() ? "" : ", ") + CoerceFromFile(column->type, expression, copy.format);
  }
  return "INSERT INTO " + copy.table->PhysicalName() + " (" + names + ") SELECT " + values +
         " FROM firn_scan(" + engine::QuoteText(source) + ")";
}

/// The columns of a CSV file that go to the table as they come, with the types they become there.
std::map<std::string, std::string> TypesOf(const std::vector<Mapped>& mapped,
                                           const engine::FileScan& scan) {
  std::map<std::string, std::string> out;
  for (const auto& [target, expression] : mapped) {
    for (const auto& column : scan.columns()) {
      if (expression != engine::QuoteName(column.name)) continue;
      if (const auto type = ReadAs(target->type); !type.empty()) out[column.name] = type;
    }
  }
  return out;
}

struct Loaded {
  std::int64_t rows = 0;
  std::vector<engine::BadRow> bad;
};

Result<Loaded> LoadFile(Execution& execution, const CopyStatement& copy,
                        const stages::StageFile& file, Lease& lease) {
  FIRN_TRY(auto format, ToEngine(copy.format));
  format.skip_bad_rows = copy.skip_bad_rows;
  // By name a record is read as its fields, else whole as $1.
  format.infer_types =
      format.kind == engine::FileKind::kJson && copy.match_by_name != CopyStatement::Match::kNone;
  const auto path = execution.services.stages.LocalPath(copy.location.stage->id, file.path);
  FIRN_TRY(auto scan, execution.services.ingest.Scan({path}, format));
  FIRN_TRY(const auto mapped, copy.match_by_name == CopyStatement::Match::kNone
                                  ? MapByPosition(copy, *scan)
                                  : MapByName(copy, *scan));
  if (mapped.empty()) return Loaded{};
  const bool csv = format.kind == engine::FileKind::kCsv;
  if (csv) format.read_as = TypesOf(mapped, *scan);
  if (csv && copy.skip_bad_rows) {
    FIRN_TRY(scan, execution.services.ingest.Scan({path}, format));
  }
  const auto source = execution.services.engine.Register(scan->reader());
  const auto changed = Change(execution, lease, {InsertSql(copy, mapped, source->name())});
  if (!changed) {
    auto error = changed.error();
    if (csv) error.message += PlaceOfBadRow(execution, path, std::move(format));
    return error;
  }
  Loaded out;
  out.rows = changed->back();
  if (copy.skip_bad_rows) {
    FIRN_TRY(out.bad, scan->BadRows());
  }
  return out;
}

Outcome NewOutcome() {
  Outcome out;
  out.columns = {TextColumn("file"),
                 TextColumn("status"),
                 NumberColumn("rows_parsed"),
                 NumberColumn("rows_loaded"),
                 NumberColumn("error_limit"),
                 NumberColumn("errors_seen"),
                 TextColumn("first_error"),
                 NumberColumn("first_error_line"),
                 NumberColumn("first_error_character"),
                 TextColumn("first_error_column_name")};
  return out;
}

void AddRow(Outcome& out, const std::string& file, const Loaded& loaded) {
  const auto parsed = loaded.rows + static_cast<std::int64_t>(loaded.bad.size());
  results::TextRow row = {file,
                          loaded.bad.empty() ? "LOADED" : "PARTIALLY_LOADED",
                          std::to_string(parsed),
                          std::to_string(loaded.rows),
                          "1",
                          std::to_string(loaded.bad.size())};
  if (loaded.bad.empty()) {
    row.insert(row.end(), 4, std::nullopt);
  } else {
    const auto& first = loaded.bad.front();
    row.insert(row.end(), {first.message, std::to_string(first.line), "1", first.column});
  }
  out.rows.push_back(std::move(row));
}

}  // namespace

Result<Outcome> RunCopyIntoTable(Execution& execution) {
  FIRN_TRY(const auto copy, ParseCopy(execution));
  if (copy.table->id > 0) {
    FIRN_CHECK(execution.services.access.Check(execution.state.principal,
                                               access::Privilege::kInsert, copy.table->ref()));
  }
  FIRN_TRY(const auto files, FilesToLoad(execution, copy));
  auto out = NewOutcome();
  {
    FIRN_TRY(auto lease, Lease::Borrow(execution));
    // All files or none, so that a failed COPY can be sent again.
    const bool own = !lease.in_transaction();
    if (own) FIRN_CHECK(lease->Begin());
    for (const auto& file : files) {
      auto loaded = LoadFile(execution, copy, file, lease);
      if (!loaded) {
        auto error = std::move(loaded).error();
        error.message += "\n  File '" + file.path + "'";
        if (own) {
          FIRN_CHECK(lease->Rollback());
          return error;
        }
        return lease.Fail(std::move(error));
      }
      AddRow(out, file.path, *loaded);
    }
    if (own) FIRN_CHECK(lease->Commit());
  }
  if (copy.purge) {
    for (const auto& file : files) {
      FIRN_CHECK(execution.services.stages.Remove(copy.location.stage->id, file.path));
    }
  }
  if (files.empty()) return StatusOutcome("Copy executed with 0 files processed.");
  return out;
}

}  // namespace firn::statements
