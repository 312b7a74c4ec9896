#include "results/stream_reader.hpp"

#include <arrow/io/file.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>

#include "results/arrays.hpp"

namespace firn::results {
namespace {

class Streams : public arrow::RecordBatchReader {
 public:
  explicit Streams(std::vector<Chunk> chunks) : chunks_(std::move(chunks)) {}

  arrow::Status OpenInline(std::string bytes) {
    auto input =
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(std::move(bytes)));
    ARROW_ASSIGN_OR_RAISE(part_, arrow::ipc::RecordBatchStreamReader::Open(std::move(input)));
    schema_ = part_->schema();
    return arrow::Status::OK();
  }

  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }

  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    while (true) {
      batch->reset();
      if (part_) ARROW_RETURN_NOT_OK(part_->ReadNext(batch));
      if (*batch || next_ == chunks_.size()) return arrow::Status::OK();
      ARROW_ASSIGN_OR_RAISE(auto file,
                            arrow::io::MemoryMappedFile::Open(chunks_[next_].file.string(),
                                                              arrow::io::FileMode::READ));
      ++next_;
      ARROW_ASSIGN_OR_RAISE(part_, arrow::ipc::RecordBatchStreamReader::Open(std::move(file)));
    }
  }

 private:
  std::vector<Chunk> chunks_;
  std::size_t next_ = 0;
  std::shared_ptr<arrow::RecordBatchReader> part_;
  std::shared_ptr<arrow::Schema> schema_;
};

}  // namespace

Result<std::shared_ptr<arrow::RecordBatchReader>> OpenStreams(const ResultSet& result) {
  auto reader = std::make_shared<Streams>(result.chunks);
  FIRN_CHECK(FromArrow(reader->OpenInline(result.inline_arrow)));
  return std::shared_ptr<arrow::RecordBatchReader>(std::move(reader));
}

Result<std::shared_ptr<arrow::RecordBatchReader>> OpenPart(const ResultSet& result,
                                                           std::size_t part) {
  std::vector<Chunk> chunks;
  if (part > 0) chunks.push_back(result.chunks.at(part - 1));
  auto reader = std::make_shared<Streams>(std::move(chunks));
  if (part == 0) FIRN_CHECK(FromArrow(reader->OpenInline(result.inline_arrow)));
  return std::shared_ptr<arrow::RecordBatchReader>(std::move(reader));
}

}  // namespace firn::results
