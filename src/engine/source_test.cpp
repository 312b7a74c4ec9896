#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <doctest/doctest.h>

#include "engine/test_lake.hpp"

namespace firn::engine {
namespace {

/// One column and no row: reading fails at once.
class BadReader : public arrow::RecordBatchReader {
 public:
  [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override {
    return arrow::schema({arrow::field("a", arrow::int64())});
  }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>*) override {
    return arrow::Status::Invalid("FIRN:100080:22000:Record 7 is too short.");
  }
};

}  // namespace

TEST_CASE("source: what failed while it was read says why at the next read, too") {
  TestLake lake;
  auto connection = *lake.engine().Connect();
  const auto source = lake.engine().Register(std::make_shared<BadReader>());
  const auto sql = "SELECT * FROM firn_scan('" + source->name() + "')";
  CHECK(Failure(*connection, sql).message == "Record 7 is too short.");
  const auto again = Failure(*connection, sql);
  CHECK(again.message == "Record 7 is too short.");
  CHECK(again.sql_number == 100080);
}

}  // namespace firn::engine
