#include "results/spool.hpp"

#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

#include <algorithm>
#include <system_error>

#include "results/arrays.hpp"
#include "results/file_sink.hpp"
#include "results/stream_reader.hpp"

namespace firn::results {
namespace {

std::int64_t BytesOf(const arrow::RecordBatch& batch) {
  const auto bytes = arrow::util::ReferencedBufferSize(batch);
  return std::max<std::int64_t>(1, bytes.ok() ? *bytes : arrow::util::TotalBufferSize(batch));
}

/// A batch of about this much is written at once.
constexpr std::int64_t kBatchBytes = 2LL << 20;
/// A chunk of narrow rows ends here, since as JSON each takes some bytes more.
constexpr std::int64_t kMostChunkRows = 1'000'000;

/// How many of the batch's rows come to about `bytes`; at least one.
std::int64_t RowsIn(const arrow::RecordBatch& batch, std::int64_t bytes, std::int64_t of) {
  const double share = static_cast<double>(bytes) / static_cast<double>(of);
  return std::clamp<std::int64_t>(
      static_cast<std::int64_t>(share * static_cast<double>(batch.num_rows())), 1,
      std::max<std::int64_t>(1, batch.num_rows()));
}

}  // namespace

struct Spool::Stream {
  std::shared_ptr<arrow::io::OutputStream> sink;
  std::shared_ptr<FileSink> file;  ///< the sink of a chunk
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer;
  Chunk chunk;

  Status Open(const std::shared_ptr<arrow::Schema>& schema) {
    auto options = arrow::ipc::IpcWriteOptions::Defaults();
    options.use_threads = false;
    FIRN_TRY(writer, FromArrow(arrow::ipc::MakeStreamWriter(sink, schema, options)));
    return {};
  }

  /// The sink's own error says more than Arrow's.
  Status Check(const arrow::Status& status) const {
    if (status.ok()) return {};
    if (file != nullptr && !file->error().message.empty()) return Error(file->error());
    return ArrowError(status);
  }

  Status Add(const arrow::RecordBatch& batch) {
    FIRN_CHECK(Check(writer->WriteRecordBatch(batch)));
    chunk.rows += batch.num_rows();
    chunk.bytes = sink->Tell().ValueOr(0);
    return {};
  }
};

Spool::Spool(std::filesystem::path folder, std::string prefix, const Settings& settings,
             Reserve reserve)
    : folder_(std::move(folder)),
      prefix_(std::move(prefix)),
      settings_(settings),
      reserve_(std::move(reserve)) {}

Spool::Spool(Spool&&) noexcept = default;

Spool& Spool::operator=(Spool&& other) noexcept {
  if (this == &other) return *this;
  Discard();
  folder_ = std::move(other.folder_);
  prefix_ = std::move(other.prefix_);
  settings_ = std::move(other.settings_);
  reserve_ = std::move(other.reserve_);
  result_ = std::exchange(other.result_, {});
  inline_ = std::move(other.inline_);
  chunk_ = std::move(other.chunk_);
  inline_ended_ = other.inline_ended_;
  gathered_ = std::move(other.gathered_);
  gathered_bytes_ = std::exchange(other.gathered_bytes_, 0);
  return *this;
}

Spool::~Spool() { Discard(); }

void Spool::Discard() {
  std::error_code ignored;
  if (chunk_) std::filesystem::remove(chunk_->chunk.file, ignored);
  for (const Chunk& chunk : result_.chunks) std::filesystem::remove(chunk.file, ignored);
  if (!folder_.empty() && (chunk_ || !result_.chunks.empty())) {
    std::filesystem::remove(folder_, ignored);
  }
  chunk_.reset();
  result_.chunks.clear();
}

Status Spool::Add(const std::shared_ptr<arrow::RecordBatch>& batch) {
  if (batch->num_rows() == 0) return {};
  result_.total_rows += batch->num_rows();
  if (inline_ended_) return AddChunked(batch);
  const std::int64_t used = inline_ ? inline_->chunk.bytes : 0;
  const std::int64_t left = settings_.inline_bytes - used;
  const std::int64_t bytes = BytesOf(*batch);
  if (bytes <= left) return AddInline(batch);
  std::int64_t rows = 0;
  if (left > 0) {
    rows = RowsIn(*batch, left, bytes);
    FIRN_CHECK(AddInline(batch->Slice(0, rows)));
  }
  inline_ended_ = true;
  return rows < batch->num_rows() ? AddChunked(batch->Slice(rows)) : Status();
}

Status Spool::AddInline(const std::shared_ptr<arrow::RecordBatch>& batch) {
  if (!inline_) {
    inline_ = std::make_unique<Stream>();
    FIRN_TRY(inline_->sink, FromArrow(arrow::io::BufferOutputStream::Create(4096)));
    FIRN_CHECK(inline_->Open(batch->schema()));
  }
  return inline_->Add(*batch);
}

Status Spool::AddChunked(const std::shared_ptr<arrow::RecordBatch>& batch) {
  gathered_.push_back(batch);
  gathered_bytes_ += BytesOf(*batch);
  const std::int64_t enough = std::min(kBatchBytes, settings_.chunk_bytes);
  return gathered_bytes_ >= enough ? WriteGathered() : Status();
}

Status Spool::WriteGathered() {
  if (gathered_.empty()) return {};
  auto batch = gathered_.front();
  if (gathered_.size() > 1) {
    FIRN_TRY(batch, FromArrow(arrow::ConcatenateRecordBatches(gathered_)));
  }
  const std::int64_t bytes = std::exchange(gathered_bytes_, 0);
  gathered_.clear();
  FIRN_CHECK(reserve_(bytes));
  const auto step = std::min(RowsIn(*batch, settings_.chunk_bytes, bytes), kMostChunkRows);
  for (std::int64_t at = 0; at < batch->num_rows(); at += step) {
    if (!chunk_) {
      if (result_.chunks.empty()) FIRN_CHECK(MakeFolders(folder_, 0700));
      chunk_ = std::make_unique<Stream>();
      chunk_->chunk.file = folder_ / (prefix_ + std::to_string(result_.chunks.size()) + ".arrow");
      FIRN_TRY(chunk_->file, FileSink::Create(chunk_->chunk.file));
      chunk_->sink = chunk_->file;
      FIRN_CHECK(chunk_->Open(batch->schema()));
    }
    FIRN_CHECK(chunk_->Add(*batch->Slice(at, step)));
    const auto& chunk = chunk_->chunk;
    const bool full = chunk.bytes >= settings_.chunk_bytes || chunk.rows >= kMostChunkRows;
    if (full) FIRN_CHECK(EndChunk());
  }
  return {};
}

Status Spool::EndChunk() {
  if (!chunk_) return {};
  FIRN_CHECK(chunk_->Check(chunk_->writer->Close()));
  chunk_->chunk.bytes = chunk_->sink->Tell().ValueOr(0);
  FIRN_CHECK(chunk_->Check(chunk_->sink->Close()));
  result_.chunks.push_back(chunk_->chunk);
  chunk_.reset();
  return {};
}

Status Spool::EndInline() {
  FIRN_CHECK(inline_->Check(inline_->writer->Close()));
  auto& memory = static_cast<arrow::io::BufferOutputStream&>(*inline_->sink);
  FIRN_TRY(auto buffer, FromArrow(memory.Finish()));
  result_.inline_arrow = buffer->ToString();
  result_.inline_rows = inline_->chunk.rows;
  inline_.reset();
  return {};
}

Status Spool::Finish(const std::shared_ptr<arrow::Schema>& schema) {
  if (!inline_) {
    inline_ = std::make_unique<Stream>();
    FIRN_TRY(inline_->sink, FromArrow(arrow::io::BufferOutputStream::Create(4096)));
    FIRN_CHECK(inline_->Open(schema));
  }
  FIRN_CHECK(EndInline());
  inline_ended_ = true;
  FIRN_CHECK(WriteGathered());
  return EndChunk();
}

Status Spool::Replay(
    const std::function<Status(const std::shared_ptr<arrow::RecordBatch>&)>& take) const {
  FIRN_TRY(auto reader, OpenStreams(result_));
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    FIRN_CHECK(FromArrow(reader->ReadNext(&batch)));
    if (!batch) return {};
    FIRN_CHECK(take(batch));
  }
}

ResultSet Spool::Release() {
  folder_.clear();
  return std::exchange(result_, {});
}

}  // namespace firn::results
