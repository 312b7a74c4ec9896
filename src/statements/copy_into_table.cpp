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

/// The columns that are listed, or all.
Result<std::vector<const ColumnInfo*>> TargetsOf(const CopyStatement& copy) {
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
  return targets;
}

Result<std::vector<Mapped>> MapByPosition(const CopyStatement& copy, const engine::FileScan& scan) {
  FIRN_TRY(auto targets, TargetsOf(copy));
  auto wanted = copy.fields.empty() ? scan.columns().size() : copy.fields.size();
  const auto checked = copy.format.find("ERROR_ON_COLUMN_COUNT_MISMATCH");
  if (copy.fields.empty() && checked != copy.format.end() && checked->second == "FALSE") {
    wanted = std::min(wanted, targets.size());
    targets.resize(wanted);
  }
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

/// INSERT of all rows, or of the good ones alone.
Result<std::string> InsertSql(const CopyStatement& copy, const std::vector<Mapped>& mapped,
                              const std::string& source) {
  const bool tolerant = copy.on_error != OnError::kAbort;
  std::string names;
  std::string values;
  for (const auto& [column, expression] : mapped) {
    names += (names.empty() ? "" : ", ") + engine::QuoteName(column->name);
    FIRN_TRY(auto value, CoerceFromFile(column->type, expression, copy.format));
    if (tolerant) value = TryFromFile(column->type, expression, copy.format);
    values += (values.empty() ? "" : ", ") + value;
  }
  return "INSERT INTO " + copy.table->PhysicalName() + " (" + names + ") SELECT " + values +
         " FROM firn_scan(" + engine::QuoteText(source) + ")" +
         (tolerant ? " WHERE " + IsGoodRow(mapped, copy.format) : "");
}

/// The columns of a CSV file that go to the table as they come, with the types they become there.
std::map<std::string, std::string> TypesOf(const CopyStatement& copy,
                                           const std::vector<Mapped>& mapped,
                                           const engine::FileScan& scan) {
  std::map<std::string, std::string> out;
  for (const auto& [target, expression] : mapped) {
    for (const auto& column : scan.columns()) {
      if (expression != engine::QuoteName(column.name)) continue;
      const auto type = ReadAs(target->type, copy.format);
      if (!type.empty()) out[column.name] = type;
    }
  }
  return out;
}

/// A file as it is being loaded.
struct Opened {
  std::filesystem::path path;
  engine::FileFormat format;
  std::unique_ptr<engine::FileScan> scan;
  std::vector<Mapped> mapped;
};

Result<Opened> Open(Execution& execution, const CopyStatement& copy,
                    const stages::StageFile& file) {
  Opened out;
  FIRN_TRY(out.format, ToEngine(copy.format));
  out.format.skip_bad_rows = copy.on_error != OnError::kAbort;
  // By name a record is read as its fields, else whole as $1.
  out.format.infer_types = out.format.kind == engine::FileKind::kJson &&
                           copy.match_by_name != CopyStatement::Match::kNone;
  out.path = execution.services.stages.LocalPath(copy.location.stage->id, file.path);
  FIRN_TRY(out.scan, execution.services.ingest.Scan({out.path}, out.format));
  if (!copy.select.empty()) return out;
  const bool by_name = copy.match_by_name != CopyStatement::Match::kNone;
  FIRN_TRY(out.mapped, by_name ? MapByName(copy, *out.scan) : MapByPosition(copy, *out.scan));
  return out;
}

/// The bad rows of a file, by reading it once for that.
Result<BadRows> Examine(Execution& execution, const CopyStatement& copy, const Opened& file) {
  auto format = file.format;
  format.skip_bad_rows = true;
  format.number_rows = true;
  FIRN_TRY(const auto scan, execution.services.ingest.Scan({file.path}, format));
  return FindBadRows(execution, *scan, file.mapped, copy.format);
}

/// INSERT of what a SELECT with expressions makes of a file.
Result<std::string> InsertSelectSql(Execution& execution, const CopyStatement& copy,
                                    const std::vector<engine::Column>& columns,
                                    const std::string& source) {
  if (copy.on_error != OnError::kAbort) {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'ON_ERROR with expressions over "
                    "the fields'.");
  }
  FIRN_TRY(const auto targets, TargetsOf(copy));
  FIRN_TRY(const auto query, SelectSql(execution, copy, columns, source));
  std::string names;
  std::string values;
  std::string aliases;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string gap = i == 0 ? "" : ", ";
    const auto alias = "\"c" + std::to_string(i) + "\"";
    names += gap + engine::QuoteName(targets[i]->name);
    values += gap + Coerce(targets[i]->type, alias);
    aliases += gap + alias;
  }
  return "INSERT INTO " + copy.table->PhysicalName() + " (" + names + ") SELECT " + values +
         " FROM (" + query + ") AS \"firn:s\"(" + aliases + ")";
}

struct Loaded {
  std::int64_t rows = 0;
  bool skipped = false;  ///< SKIP_FILE
  BadRows bad;
};

Result<Loaded> LoadFile(Execution& execution, const CopyStatement& copy,
                        const stages::StageFile& file, Lease& lease) {
  if (file.size_bytes == 0) return Loaded{};
  FIRN_TRY(auto opened, Open(execution, copy, file));
  if (opened.mapped.empty() && copy.select.empty()) return Loaded{};
  const bool csv = opened.format.kind == engine::FileKind::kCsv;
  Loaded out;
  if (copy.on_error != OnError::kAbort && copy.select.empty()) {
    FIRN_TRY(out.bad, Examine(execution, copy, opened));
    const auto measure = copy.limit_is_percent && out.bad.parsed > 0
                             ? out.bad.count * 100 / out.bad.parsed
                             : out.bad.count;
    out.skipped =
        copy.on_error == OnError::kSkipFile && out.bad.count > 0 && measure >= copy.bad_rows_limit;
    if (out.skipped) return out;
  } else if (csv && !opened.format.trim_space && copy.select.empty()) {
    opened.format.read_as = TypesOf(copy, opened.mapped, *opened.scan);
    FIRN_TRY(opened.scan, execution.services.ingest.Scan({opened.path}, opened.format));
  }
  const auto source = execution.services.engine.Register(opened.scan->reader());
  FIRN_TRY(const auto sql,
           copy.select.empty()
               ? InsertSql(copy, opened.mapped, source->name())
               : InsertSelectSql(execution, copy, opened.scan->columns(), source->name()));
  const auto changed = Change(execution, lease, {sql});
  if (!changed) {
    auto error = changed.error();
    const auto bad =
        csv && copy.select.empty() ? Examine(execution, copy, opened) : Result<BadRows>(BadRows{});
    if (bad && bad->count > 0) {
      error.message +=
          "\n  Line " + std::to_string(bad->line) + ", column " + bad->column + ": " + bad->message;
    }
    return error;
  }
  out.rows = changed->back();
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

void AddRow(Outcome& out, const CopyStatement& copy, const std::string& file,
            const Loaded& loaded) {
  const auto& bad = loaded.bad;
  const auto parsed = loaded.skipped ? bad.parsed : loaded.rows + bad.count;
  const auto* status = loaded.skipped     ? "LOAD_FAILED"
                       : bad.count == 0   ? "LOADED"
                       : loaded.rows == 0 ? "LOAD_FAILED"
                                          : "PARTIALLY_LOADED";
  const auto limit = copy.on_error == OnError::kContinue ? parsed : copy.bad_rows_limit;
  results::TextRow row = {file,
                          status,
                          std::to_string(parsed),
                          std::to_string(loaded.rows),
                          std::to_string(limit),
                          std::to_string(bad.count)};
  if (bad.count == 0) {
    row.insert(row.end(), 4, std::nullopt);
  } else {
    row.insert(row.end(), {bad.message, std::to_string(bad.line), "1", bad.column});
  }
  out.rows.push_back(std::move(row));
}

/// Without FORCE a file is loaded into a table once, as long as its bytes are the same.
Result<std::vector<stages::StageFile>> WithoutLoaded(Execution& execution,
                                                     const CopyStatement& copy,
                                                     std::vector<stages::StageFile> files) {
  if (copy.force || copy.table->id <= 0) return files;
  std::vector<stages::StageFile> out;
  for (auto& file : files) {
    FIRN_TRY(const bool loaded,
             execution.services.stages.WasLoaded(copy.table->id, copy.location.stage->id, file));
    if (!loaded) out.push_back(std::move(file));
  }
  return out;
}

/// Loads into a transaction that is open. An error names the file.
Result<std::vector<Loaded>> LoadAll(Execution& execution, const CopyStatement& copy,
                                    const std::vector<stages::StageFile>& files, Lease& lease) {
  std::vector<Loaded> out;
  for (const auto& file : files) {
    auto loaded = LoadFile(execution, copy, file, lease);
    if (!loaded) {
      auto error = std::move(loaded).error();
      error.message += "\n  File '" + file.path + "'";
      return error;
    }
    out.push_back(*std::move(loaded));
  }
  return out;
}

}  // namespace

Result<Outcome> RunCopyIntoTable(Execution& execution) {
  FIRN_TRY(const auto copy, ParseCopy(execution));
  if (copy.table->id > 0) {
    FIRN_CHECK(execution.services.access.Check(execution.state.principal,
                                               access::Privilege::kInsert, copy.table->ref()));
  }
  // What may not be called is refused whether or not there is a file.
  if (!copy.select.empty()) FIRN_CHECK(SelectSql(execution, copy, {{"c1", {}}}, "none"));
  FIRN_TRY(auto found, FilesToLoad(execution, copy));
  FIRN_TRY(const auto files, WithoutLoaded(execution, copy, std::move(found)));
  if (files.empty()) return StatusOutcome("Copy executed with 0 files processed.");
  auto out = NewOutcome();
  FIRN_TRY(auto lease, Lease::Borrow(execution));
  // All files or none, so that a failed COPY can be sent again.
  const bool own = !lease.in_transaction();
  if (own) FIRN_CHECK(lease->Begin());
  auto loaded = LoadAll(execution, copy, files, lease);
  if (!loaded) {
    if (!own) return lease.Fail(std::move(loaded).error());
    FIRN_CHECK(lease->Rollback());
    return std::move(loaded).error();
  }
  if (own) FIRN_CHECK(lease->Commit());
  auto& stages = execution.services.stages;
  const auto stage_id = copy.location.stage->id;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& one = (*loaded)[i];
    AddRow(out, copy, files[i].path, one);
    if (one.skipped) continue;
    // An open transaction may still be rolled back, and the file must then be loaded again.
    if (own && copy.table->id > 0) {
      FIRN_CHECK(stages.RecordLoad(copy.table->id, stage_id, files[i]));
    }
    if (copy.purge) FIRN_CHECK(stages.Remove(stage_id, files[i].path));
  }
  return out;
}

}  // namespace firn::statements
