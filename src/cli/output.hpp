#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "base/result.hpp"
#include "cli/session.hpp"

namespace firn::cli {

enum class Format { kTable, kCsv, kJson, kJsonLines };

/// Errors: kInvalid for another word.
Result<Format> ParseFormat(const std::string& word);

struct PrintOptions {
  Format format = Format::kTable;
  bool expanded = false;
  bool timing = true;  ///< row count and seconds, with a table
  double seconds = 0;
};

/// Writes a result to `out`, page by page but for a table, which is as wide as its widest value.
Status PrintResult(ResultReader& result, const PrintOptions& options, std::FILE* out);

/// "error 002003 (42S02): …" or "firn: …", and as JSON with `json`; to stderr.
void PrintError(const Error& error, bool json);

/// 1234567 as 1,234,567.
std::string Grouped(std::int64_t number);
/// "1.5 MB".
std::string BytesText(std::int64_t bytes);
/// "0.012".
std::string SecondsText(double seconds);

}  // namespace firn::cli
