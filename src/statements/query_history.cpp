#include "statements/query_history.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/form.hpp"

namespace firn::statements {
namespace {

constexpr std::int64_t kMostRows = 10'000;

struct TypeName {
  StatementType type;
  std::string_view name;
};
constexpr std::array kTypeNames{
    TypeName{StatementType::kSelect, "SELECT"},
    TypeName{StatementType::kShow, "SHOW"},
    TypeName{StatementType::kDescribe, "DESCRIBE"},
    TypeName{StatementType::kInsert, "INSERT"},
    TypeName{StatementType::kUpdate, "UPDATE"},
    TypeName{StatementType::kDelete, "DELETE"},
    TypeName{StatementType::kMerge, "MERGE"},
    TypeName{StatementType::kCopy, "COPY"},
    TypeName{StatementType::kSession, "SESSION"},
    TypeName{StatementType::kTransaction, "TRANSACTION"},
    TypeName{StatementType::kDdl, "DDL"},
    TypeName{StatementType::kGet, "GET_FILES"},
    TypeName{StatementType::kPut, "PUT_FILES"},
    TypeName{StatementType::kList, "LIST_FILES"},
    TypeName{StatementType::kRemove, "REMOVE_FILES"},
    TypeName{StatementType::kMultiStatement, "MULTI_STATEMENT"},
};

std::string TypeText(int type) {
  const auto at = std::ranges::find(kTypeNames, static_cast<StatementType>(type), &TypeName::type);
  return std::string(at == kTypeNames.end() ? "UNKNOWN" : at->name);
}

Result<std::int64_t> Number(const std::string& name, const std::string& text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end) return number;
  return SqlError(Code::kInvalid, 1003, "42000",
                  "SQL compilation error:\n" + name + " of the query history is a number.");
}

Result<PastQueries> Wanted(Execution& execution, const std::string& function,
                           const std::map<std::string, std::string>& arguments) {
  const auto& principal = execution.state.principal;
  const bool sees_all =
      execution.services.access.Check(principal, access::Privilege::kMonitor, access::kTheAccount)
          .has_value();
  PastQueries wanted;
  if (!sees_all) wanted.user = principal.user;
  if (function == "QUERY_HISTORY_BY_SESSION") wanted.session_id = execution.state.id;
  if (function == "QUERY_HISTORY_BY_USER") wanted.user = principal.user;
  for (const auto& [name, value] : arguments) {
    if (name == "RESULT_LIMIT") {
      FIRN_TRY(const auto limit, Number(name, value));
      wanted.limit = std::clamp<std::int64_t>(limit, 1, kMostRows);
    } else if (name == "SESSION_ID" && wanted.session_id) {
      FIRN_TRY(wanted.session_id, Number(name, value));
    } else if (name == "USER_NAME" && function == "QUERY_HISTORY_BY_USER") {
      // Without the right to see all, another's history is as empty as that of nobody.
      wanted.user = sees_all || value == principal.user ? value : std::string();
    } else {
      return SqlError(
          Code::kInvalid, 2, "0A000",
          "SQL compilation error:\nUnsupported feature '" + name + " of " + function + "'.");
    }
  }
  return wanted;
}

}  // namespace

Result<Outcome> QueryHistory(Execution& execution, const std::string& function,
                             const std::map<std::string, std::string>& arguments) {
  FIRN_TRY(const auto wanted, Wanted(execution, function, arguments));
  FIRN_TRY(const auto queries, execution.services.past_queries(wanted));
  Outcome out;
  for (const auto* name :
       {"QUERY_ID", "QUERY_TEXT", "DATABASE_NAME", "SCHEMA_NAME", "QUERY_TYPE"}) {
    out.columns.push_back(TextColumn(name));
  }
  out.columns.push_back(NumberColumn("SESSION_ID"));
  for (const auto* name : {"USER_NAME", "ROLE_NAME", "WAREHOUSE_NAME", "QUERY_TAG",
                           "EXECUTION_STATUS", "ERROR_CODE", "ERROR_MESSAGE"}) {
    out.columns.push_back(TextColumn(name));
  }
  out.columns.push_back(TimeColumn("START_TIME"));
  out.columns.push_back(TimeColumn("END_TIME"));
  out.columns.push_back(NumberColumn("TOTAL_ELAPSED_TIME"));
  out.columns.push_back(NumberColumn("ROWS_PRODUCED"));
  for (const auto& query : queries) {
    const bool failed = query.error_number != 0;
    const bool ended = query.end_ms != 0;
    const auto or_null = [](bool given, std::string text) {
      return given ? std::optional(std::move(text)) : std::nullopt;
    };
    out.rows.push_back({query.id, query.text, or_null(!query.database.empty(), query.database),
                        or_null(!query.schema.empty(), query.schema),
                        TypeText(query.statement_type), std::to_string(query.session_id),
                        query.user, query.role, or_null(!query.warehouse.empty(), query.warehouse),
                        query.tag, query.state, or_null(failed, std::to_string(query.error_number)),
                        or_null(failed, query.error_message), TimeText(query.start_ms),
                        or_null(ended, TimeText(query.end_ms)),
                        or_null(ended, std::to_string(query.end_ms - query.start_ms)),
                        std::to_string(query.rows)});
  }
  return out;
}

}  // namespace firn::statements
