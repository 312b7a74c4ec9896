#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/names.hpp"
#include "cli/interrupt.hpp"
#include "cli/load_plan.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "cli/transfer.hpp"
#include "cli/words.hpp"
#include "sql/lexer.hpp"

namespace firn::cli {
namespace {

namespace json = boost::json;

struct FileColumn {
  std::string name;  ///< as the file says it
  std::string sql;   ///< as the table gets it
  std::string type;
};

std::string At(const Answer& answer, const Row& row, std::string_view column) {
  for (std::size_t i = 0; i < answer.columns.size() && i < row.size(); ++i) {
    if (EqualIgnoringCase(answer.columns[i].name, column)) return row[i].value_or("");
  }
  return "";
}

/// One `firn load`, step by step. What it makes on the way goes with its session.
class Load {
 public:
  Load(const Common& common, const LoadOptions& options, Session& session)
      : common_(common),
        options_(options),
        session_(session),
        stage_("FIRN_LOAD_" + UpperCase(HexEncode(RandomBytes(6)))) {}

  Ended Run();

 private:
  Status Upload();
  Status Infer();
  Status ChooseTarget();
  Result<Answer> Copy();
  Status FinishReplace();
  void Undo();
  void CleanUp();
  void ShowColumns() const;
  Ended Report(const Answer& copied, double seconds) const;

  const Common& common_;
  const LoadOptions& options_;
  Session& session_;
  const std::string stage_;
  std::string format_sql_, table_;
  std::string target_;  ///< what COPY fills: the table, or one beside it that will replace it
  bool created_ = false;
  std::vector<FileColumn> columns_;
};

/// Each file into a folder of its own on a temporary stage, so that equal names do not collide.
Status Load::Upload() {
  FIRN_TRY(const auto format, FormatSql(options_));
  format_sql_ = format;
  FIRN_CHECK(session_.Run("CREATE TEMPORARY STAGE " + stage_));
  FIRN_CHECK(session_.Run("CREATE TEMPORARY FILE FORMAT " + stage_ + "_F " + format_sql_));
  for (std::size_t i = 0; i < options_.files.size(); ++i) {
    const auto& file = options_.files[i];
    const auto number = std::to_string(10'000 + i);
    FIRN_TRY(const auto answer,
             session_.Run("PUT " + sql::StringLiteral("file://" + file.filename().string()) + " @" +
                          stage_ + "/" + number + " AUTO_COMPRESS = FALSE OVERWRITE = TRUE"));
    if (!answer.transfer || answer.transfer->urls.empty()) {
      return Error{Code::kInternal, "the server named no address for the file " + file.string()};
    }
    FIRN_CHECK(UploadFile(session_, file, answer.transfer->urls.front(), file.filename().string()));
  }
  return {};
}

Status Load::Infer() {
  FIRN_TRY(const auto answer,
           session_.Run("SELECT COLUMN_NAME, TYPE FROM TABLE(INFER_SCHEMA(LOCATION => '@" + stage_ +
                        "', FILE_FORMAT => '" + stage_ + "_F')) ORDER BY ORDER_ID"));
  for (const auto& row : answer.rows) {
    const auto name = row.at(0).value_or("");
    columns_.push_back({name, ColumnSql(name), row.at(1).value_or("VARCHAR")});
  }
  if (columns_.empty()) {
    return Error{Code::kInvalid, "no columns were found in " + options_.files.front().string()};
  }
  return {};
}

/// Makes the table, or finds that it is there and what to do then.
Status Load::ChooseTarget() {
  const auto described = session_.Run("DESCRIBE TABLE " + table_);
  if (!described && described.error().code != Code::kNotFound) return described.error();
  const bool exists = described.has_value();
  if (exists && !options_.append && !options_.replace) {
    return Error{Code::kExists,
                 "the table " + table_ + " is there already; say --append or --replace"};
  }
  if (!exists && options_.append) return described.error();
  target_ = table_;
  if (exists && options_.append) return {};
  std::string list;
  for (const auto& column : columns_) {
    list += (list.empty() ? "" : ", ") + column.sql + " " + column.type;
  }
  created_ = !exists;
  // The table that is there stays as it is until all rows have been read.
  if (exists) target_ = stage_ + "_T";
  FIRN_CHECK(session_.Run("CREATE " + std::string(exists ? "TEMPORARY " : "") + "TABLE " + target_ +
                          " (" + list + ")"));
  return {};
}

Result<Answer> Load::Copy() {
  const bool by_name = !(options_.no_header && options_.append);
  const OnInterrupt cancel([this] { session_.Cancel(); });
  return session_.Run("COPY INTO " + target_ + " FROM @" + stage_ +
                      " FILE_FORMAT = (FORMAT_NAME = " + stage_ + "_F)" +
                      (by_name ? " MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE" : "") +
                      " ON_ERROR = " + (options_.skip_bad ? "CONTINUE" : "ABORT_STATEMENT"));
}

Status Load::FinishReplace() {
  if (target_ == table_) return {};
  FIRN_CHECK(session_.Run("CREATE OR REPLACE TABLE " + table_ + " AS SELECT * FROM " + target_));
  return {};
}

void Load::Undo() {
  if (created_) (void)session_.Run("DROP TABLE IF EXISTS " + table_);
}

void Load::CleanUp() {
  if (target_ != table_ && !target_.empty()) (void)session_.Run("DROP TABLE IF EXISTS " + target_);
  (void)session_.Run("DROP STAGE IF EXISTS " + stage_);
  (void)session_.Run("DROP FILE FORMAT IF EXISTS " + stage_ + "_F");
}

void Load::ShowColumns() const {
  std::vector<Row> rows;
  bool folded = false;
  for (const auto& column : columns_) {
    folded = folded || column.name != NameFromSql(column.sql);
    rows.push_back({column.sql, ShortType(column.type)});
  }
  std::printf("%s", RenderTable({"column", "type"}, {false, false}, rows, {}).c_str());
  if (folded) {
    std::printf(
        "Names of the file are in upper case now, as SQL folds them: write %s without "
        "quotes.\n",
        columns_.front().sql.c_str());
  }
  std::fflush(stdout);
}

Ended Load::Report(const Answer& copied, double seconds) const {
  std::int64_t rows = 0;
  std::int64_t bad = 0;
  json::array files;
  std::size_t index = 0;
  for (const auto& row : copied.rows) {
    if (copied.columns.size() < 6) break;  // "0 files processed"
    const auto file = index < options_.files.size() ? options_.files[index++].string() : "";
    const auto errors = std::atoll(At(copied, row, "errors_seen").c_str());
    const auto line = At(copied, row, "first_error_line");
    const auto loaded = std::atoll(At(copied, row, "rows_loaded").c_str());
    rows += loaded;
    bad += errors;
    json::object entry{{"file", file}, {"rows", loaded}, {"bad_rows", errors}};
    if (errors > 0) {
      entry["first_bad_line"] = std::atoll(line.c_str());
      entry["first_error"] = At(copied, row, "first_error");
      std::fprintf(stderr, "%s: %s rows left out; the first is line %s, column %s: %s\n",
                   file.c_str(), Grouped(errors).c_str(), line.c_str(),
                   At(copied, row, "first_error_column_name").c_str(),
                   SafeText(At(copied, row, "first_error")).c_str());
    }
    files.push_back(std::move(entry));
  }
  if (!common_.json) {
    std::printf("%s rows loaded into %s in %s s%s\n", Grouped(rows).c_str(), table_.c_str(),
                SecondsText(seconds).c_str(),
                bad > 0 ? (", " + Grouped(bad) + " left out").c_str() : "");
    return 0;
  }
  json::array columns;
  for (const auto& column : columns_) {
    columns.push_back({{"name", NameFromSql(column.sql)}, {"type", column.type}});
  }
  std::printf("%s\n", json::serialize(json::object{{"table", table_},
                                                   {"created", created_},
                                                   {"columns", std::move(columns)},
                                                   {"files", std::move(files)},
                                                   {"rows", rows},
                                                   {"bad_rows", bad},
                                                   {"seconds", seconds}})
                          .c_str());
  return 0;
}

Ended Load::Run() {
  const auto start = std::chrono::steady_clock::now();
  FIRN_TRY(table_, CheckName(options_.table));
  const auto work = [&]() -> Result<Answer> {
    FIRN_CHECK(Upload());
    FIRN_CHECK(Infer());
    FIRN_CHECK(ChooseTarget());
    if (!common_.json) ShowColumns();
    FIRN_TRY(auto copied, Copy());
    FIRN_CHECK(FinishReplace());
    return copied;
  };
  auto copied = work();
  if (!copied) Undo();
  CleanUp();
  if (!copied) {
    auto error = std::move(copied).error();
    if (!target_.empty() && !options_.skip_bad && error.code == Code::kInvalid) {
      error.message += "\nNothing was loaded; --skip-bad leaves out rows that cannot be read.";
    }
    return error;
  }
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return Report(*copied, seconds);
}

}  // namespace

Ended RunLoad(const Common& common, const LoadOptions& options) {
  for (const auto& file : options.files) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(file, failed)) {
      return Error{Code::kNotFound, "there is no file " + file.string()};
    }
  }
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  return Load(common, options, session).Run();
}

}  // namespace firn::cli
