#include "statements/system_functions.hpp"

#include "engine/engine.hpp"

namespace firn::statements {

Result<std::string> SystemFunction(Execution& execution, const std::string& call) {
  const auto name = call.substr(0, call.find('('));
  if (name == "SYSTEM$CANCEL_ALL_QUERIES") {
    execution.services.cancel_session(execution.state.id, execution.query_id);
    return engine::QuoteText("all queries of the session were asked to stop");
  }
  if (name == "SYSTEM$ML_PLATFORM_CAPABILITIES") return engine::QuoteText("{}");
  if (name == "SYSTEM$GET_DEFAULT_PYTHON_ARTIFACT_REPOSITORY") return std::string("NULL");
  return SqlError(Code::kInvalid, 2140, "42601",
                  "SQL compilation error:\nUnknown function " + name + ".");
}

}  // namespace firn::statements
