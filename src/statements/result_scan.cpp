#include "statements/result_scan.hpp"

#include <cstdlib>

#include "results/result_set.hpp"

namespace firn::statements {
namespace {

Result<std::string> QueryId(const Execution& execution, const std::string& which) {
  constexpr std::string_view kLast = "LAST:-";
  if (!which.starts_with(kLast)) return which;
  const auto back = std::strtoul(which.c_str() + kLast.size(), nullptr, 10);
  if (back < 1 || back > execution.previous_queries.size()) {
    return SqlError(Code::kNotFound, 709, "02000",
                    "Statement LAST_QUERY_ID(-" + std::to_string(back) +
                        ") not found: this session has not run that many statements.");
  }
  return execution.previous_queries[back - 1];
}

}  // namespace

Result<OpenedScan> OpenResultScan(Execution& execution, const std::string& which) {
  FIRN_TRY(const auto id, QueryId(execution, which));
  auto& store = execution.services.results;
  FIRN_TRY(const auto result, store.Find(id, execution.state.principal.user));
  FIRN_TRY(auto reader, store.Read(*result));
  OpenedScan out;
  out.source = execution.services.engine.Register(std::move(reader));
  out.columns = result->columns;
  return out;
}

}  // namespace firn::statements
