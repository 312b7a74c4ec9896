#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "results/result_set.hpp"

namespace firn::results {

/// Takes the bytes about to be kept from the quota, or says kExhausted.
using Reserve = std::function<Status(std::int64_t bytes)>;

/// One result being written: its first rows to memory, the rest to chunk files in its folder,
/// which is made when the first chunk is. Removes what it wrote unless it was released.
class Spool {
 public:
  /// `prefix` starts the names of the chunk files.
  Spool(std::filesystem::path folder, std::string prefix, const Settings& settings,
        Reserve reserve);
  Spool(Spool&&) noexcept;
  Spool& operator=(Spool&&) noexcept;
  ~Spool();

  /// Batches of one schema. Errors: kExhausted when the disk or the quota is full.
  Status Add(const std::shared_ptr<arrow::RecordBatch>& batch);
  /// Ends the streams. `schema` is for a result without rows.
  Status Finish(const std::shared_ptr<arrow::Schema>& schema);
  /// Hands every batch written so far to `take`, in order. After Finish() only.
  Status Replay(
      const std::function<Status(const std::shared_ptr<arrow::RecordBatch>&)>& take) const;
  /// The finished result without its columns; the files are the caller's now.
  ResultSet Release();

 private:
  struct Stream;

  Status AddInline(const std::shared_ptr<arrow::RecordBatch>& batch);
  Status AddChunked(const std::shared_ptr<arrow::RecordBatch>& batch);
  Status WriteGathered();
  Status EndInline();
  Status EndChunk();
  void Discard();

  std::filesystem::path folder_;
  std::string prefix_;
  Settings settings_;
  Reserve reserve_;
  ResultSet result_;
  std::unique_ptr<Stream> inline_;
  std::unique_ptr<Stream> chunk_;
  bool inline_ended_ = false;
  /// DuckDB sends 2,048 rows at a time; clients are faster with larger batches.
  std::vector<std::shared_ptr<arrow::RecordBatch>> gathered_;
  std::int64_t gathered_bytes_ = 0;
};

}  // namespace firn::results
