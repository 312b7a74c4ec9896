#pragma once

#include <memory>
#include <string>

#include "access/check.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// A stage and a path on it. User and table stages come into being when first named.
struct StageLocation {
  std::shared_ptr<const catalog::Object> stage;
  std::string path;   ///< clean, without a leading '/'; may be empty
  std::string shown;  ///< as the client named the stage: "my_stage", "~"

  /// The path as a folder to put names behind: "" or "dir/".
  [[nodiscard]] std::string folder() const {
    return path.empty() || path.ends_with('/') ? path : path + "/";
  }
};

/// "@db.schema.stage/dir/file", "@~/dir", "@%table/dir", quotes removed already.
/// Errors: the catalog's for an unknown stage, access's, kInvalid for a bad path.
Result<StageLocation> ResolveStage(Execution& execution, const std::string& text,
                                   access::Privilege privilege = access::Privilege::kRead);

}  // namespace firn::statements
