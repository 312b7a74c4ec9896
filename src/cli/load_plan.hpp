#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {

/// csv, json or parquet by the end of the name (.gz and .zst aside); csv for any other.
std::string FormatByName(const std::filesystem::path& file);

/// The field delimiter of a CSV line: the one of , ; tab | that stands most often outside quotes.
std::string DelimiterOf(std::string_view line);

/// The first line of a file; empty for a compressed one.
std::string FirstLine(const std::filesystem::path& file);

/// A file's column as SQL: folded to upper case where that makes a plain name, else kept in quotes.
std::string ColumnSql(std::string_view name);

/// A type without what everybody takes for granted.
std::string ShortType(const std::string& type);

/// TYPE = CSV PARSE_HEADER = TRUE …, of a file format. Errors: kInvalid for files of two formats.
Result<std::string> FormatSql(const LoadOptions& options);

}  // namespace firn::cli
