#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "cli/output.hpp"
#include "cli/session.hpp"

namespace firn::cli {

/// Runs one statement and prints what came of it; Ctrl-C cancels it. `most_rows` 0: all, of a table
/// the first thousand.
Status RunStatement(Session& session, const std::string& sql, PrintOptions print,
                    std::int64_t most_rows);  // sql.cpp

/// `firn sql` on a terminal, until \q.
Result<int> RunShell(Session& session, const std::filesystem::path& home, Format format,
                     std::int64_t most_rows);

}  // namespace firn::cli
