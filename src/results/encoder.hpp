#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "results/result_set.hpp"
#include "results/target.hpp"

namespace firn::results {

/// Turns DuckDB's Arrow into the Arrow that Snowflake's clients read, batch by batch, without a
/// copy where the bytes are the same. Used by one thread.
class Encoder {
 public:
  Encoder(const std::vector<ResultColumn>& declared, const std::vector<engine::Column>& columns,
          const arrow::Schema& source);
  /// For batches that are on the wire's form already.
  Encoder(std::vector<Target> targets);

  /// Errors: kInvalid for a number of more than 38 digits.
  Result<std::shared_ptr<arrow::RecordBatch>> Encode(const arrow::RecordBatch& batch);
  /// A batch encoded when schema() was still narrower, in the present one.
  Result<std::shared_ptr<arrow::RecordBatch>> Upgrade(const arrow::RecordBatch& batch) const;

  /// Another object after an Encode() that met a value too wide for the former.
  [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const { return schema_; }
  /// The columns as they are sent.
  [[nodiscard]] std::vector<ResultColumn> columns() const;

 private:
  void MakeSchema();

  std::vector<Target> targets_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace firn::results
