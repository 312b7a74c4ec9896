#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/duckdb_handles.hpp"
#include "engine/error_map.hpp"
#include "engine/ingest.hpp"

namespace firn::engine {

/// The columns of CSV files, told from the first file: names from its header or c1, c2, …;
/// types VARCHAR, or with `infer_types` what its first rows are. DuckDB's own sniffer is not
/// asked, because it may leave out lines that do not suit its guess.
struct CsvColumn {
  std::string name;
  std::string type;
};
Result<std::vector<CsvColumn>> ReadCsvColumns(duckdb_connection connection,
                                              const std::filesystem::path& file,
                                              const FileFormat& format, const ErrorMap& errors);

/// read_csv(…) over `files` with these columns; `extra` is appended to its options.
std::string CsvSql(const std::vector<std::filesystem::path>& files, const FileFormat& format,
                   const std::vector<CsvColumn>& columns, std::string_view extra);

/// The fields of one record. `open` tells that a quote was not closed.
std::vector<std::string> SplitRecord(std::string_view record, const FileFormat& format, bool& open);

/// Turns byte offsets of a file into line numbers. Offsets must not go down.
class LineCounter {
 public:
  explicit LineCounter(const std::filesystem::path& file);
  /// 0 where the file is compressed or unreadable.
  std::int64_t LineAt(std::int64_t offset_bytes);

 private:
  std::ifstream stream_;
  std::int64_t at_ = 0;
  std::int64_t line_ = 1;
};

}  // namespace firn::engine
