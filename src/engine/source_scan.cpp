#include "engine/source_scan.hpp"

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <vector>

#include "base/ids.hpp"

namespace firn::engine {

struct SourceState {
  std::shared_ptr<arrow::RecordBatchReader> reader;
  duck::RawConnection connection;  // gives the conversion its settings; runs no statement
  std::mutex mutex;
  bool read = false;    // guarded by mutex
  std::string failure;  // guarded by mutex; why reading ended early
};

namespace {

constexpr std::int64_t kChunkRows = 2048;  // duckdb_vector_size()

struct BindData {
  std::shared_ptr<SourceState> source;
  duck::ConvertedSchema schema;
  std::vector<std::string> names;
};

/// Where a scan stands. Touched by one thread at a time (max_threads is 1).
struct ScanState {
  std::shared_ptr<arrow::RecordBatch> batch;
  std::int64_t at = 0;
};

template <typename T>
void Delete(void* data) {
  delete static_cast<T*>(data);
}

/// `batch`, of at most kChunkRows rows, as a chunk. Returns a message on failure.
std::string ToChunk(const BindData& bind, const arrow::RecordBatch& batch, duck::Chunk& chunk) {
  ArrowArray exported{};
  if (const auto status = arrow::ExportRecordBatch(batch, &exported); !status.ok()) {
    return status.message();
  }
  const duck::ErrorData error(duckdb_data_chunk_from_arrow(bind.source->connection.get(), &exported,
                                                           bind.schema.get(), chunk.out()));
  if (exported.release != nullptr) exported.release(&exported);
  if (error && duckdb_error_data_has_error(error.get())) {
    return duckdb_error_data_message(error.get());
  }
  return {};
}

/// Fills `bind` and returns a message on failure.
std::string Describe(duckdb_bind_info info, BindData& bind) {
  const auto schema = bind.source->reader->schema();
  ArrowSchema exported{};
  if (const auto status = arrow::ExportSchema(*schema, &exported); !status.ok()) {
    return status.message();
  }
  const duck::ErrorData error(
      duckdb_schema_from_arrow(bind.source->connection.get(), &exported, bind.schema.out()));
  if (exported.release != nullptr) exported.release(&exported);
  if (error && duckdb_error_data_has_error(error.get())) {
    return duckdb_error_data_message(error.get());
  }
  const auto empty = arrow::RecordBatch::MakeEmpty(schema);
  if (!empty.ok()) return empty.status().message();
  duck::Chunk chunk;
  if (auto message = ToChunk(bind, **empty, chunk); !message.empty()) return message;
  for (int i = 0; i < schema->num_fields(); ++i) {
    const auto vector = duckdb_data_chunk_get_vector(chunk.get(), static_cast<idx_t>(i));
    const duck::LogicalType type(duckdb_vector_get_column_type(vector));
    duckdb_bind_add_result_column(info, schema->field(i)->name().c_str(), type.get());
  }
  return {};
}

void Bind(duckdb_bind_info info) {
  auto* registry = static_cast<SourceRegistry*>(duckdb_bind_get_extra_info(info));
  const duck::Value value(duckdb_bind_get_parameter(info, 0));
  char* name = duckdb_get_varchar(value.get());
  auto bind = std::make_unique<BindData>();
  bind->source = registry->Find(name == nullptr ? "" : name);
  duckdb_free(name);
  if (bind->source == nullptr) {
    duckdb_bind_set_error(info, "FIRN:0:02000:The data that this statement reads is gone.");
    return;
  }
  if (const auto message = Describe(info, *bind); !message.empty()) {
    duckdb_bind_set_error(info, message.c_str());
    return;
  }
  duckdb_bind_set_bind_data(info, bind.release(), Delete<BindData>);
}

void Init(duckdb_init_info info) {
  auto& source = *static_cast<BindData*>(duckdb_init_get_bind_data(info))->source;
  {
    const std::lock_guard lock(source.mutex);
    if (source.read) {
      // A streaming query that failed may run again to learn why (stream.cpp): this is why.
      const auto why =
          source.failure.empty() ? "FIRN:0:02000:" + std::string(kReadOnce) : source.failure;
      duckdb_init_set_error(info, why.c_str());
      return;
    }
    source.read = true;
  }
  duckdb_init_set_max_threads(info, 1);
  duckdb_init_set_init_data(info, new ScanState, Delete<ScanState>);
}

void Fail(duckdb_function_info info, SourceState& source, std::string message) {
  duckdb_function_set_error(info, message.c_str());
  const std::lock_guard lock(source.mutex);
  source.failure = std::move(message);
}

void Scan(duckdb_function_info info, duckdb_data_chunk output) {
  const auto& bind = *static_cast<BindData*>(duckdb_function_get_bind_data(info));
  auto& scan = *static_cast<ScanState*>(duckdb_function_get_init_data(info));
  while (scan.batch == nullptr || scan.at == scan.batch->num_rows()) {
    scan.at = 0;
    if (const auto status = bind.source->reader->ReadNext(&scan.batch); !status.ok()) {
      return Fail(info, *bind.source, status.message());
    }
    if (scan.batch == nullptr) {
      duckdb_data_chunk_set_size(output, 0);
      return;
    }
  }
  const auto rows = std::min(kChunkRows, scan.batch->num_rows() - scan.at);
  duck::Chunk chunk;
  auto message = ToChunk(bind, *scan.batch->Slice(scan.at, rows), chunk);
  if (!message.empty()) return Fail(info, *bind.source, std::move(message));
  scan.at += rows;
  const auto columns = duckdb_data_chunk_get_column_count(output);
  for (idx_t i = 0; i < columns; ++i) {
    duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i),
                                   duckdb_data_chunk_get_vector(chunk.get(), i));
  }
  duckdb_data_chunk_set_size(output, static_cast<idx_t>(rows));
}

class RegisteredSource : public Source {
 public:
  RegisteredSource(SourceRegistry& registry, std::string name)
      : registry_(registry), name_(std::move(name)) {}
  ~RegisteredSource() override { registry_.Remove(name_); }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  SourceRegistry& registry_;
  const std::string name_;
};

}  // namespace

Status SourceRegistry::Install(duckdb_connection connection) {
  const duck::TableFunction function(duckdb_create_table_function());
  const duck::LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  duckdb_table_function_set_name(function.get(), "firn_scan");
  duckdb_table_function_add_parameter(function.get(), text.get());
  duckdb_table_function_set_extra_info(function.get(), this, nullptr);
  duckdb_table_function_set_bind(function.get(), Bind);
  duckdb_table_function_set_init(function.get(), Init);
  duckdb_table_function_set_function(function.get(), Scan);
  if (duckdb_register_table_function(connection, function.get()) != DuckDBSuccess) {
    return Error{Code::kInternal, "The engine refused the table function firn_scan."};
  }
  return {};
}

std::unique_ptr<Source> SourceRegistry::Register(duckdb_database database,
                                                 std::shared_ptr<arrow::RecordBatchReader> reader) {
  auto state = std::make_shared<SourceState>();
  state->reader = std::move(reader);
  duckdb_connect(database, state->connection.out());
  auto name = NewUuid();
  const std::lock_guard lock(mutex_);
  sources_.emplace(name, std::move(state));
  return std::make_unique<RegisteredSource>(*this, std::move(name));
}

std::shared_ptr<SourceState> SourceRegistry::Find(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = sources_.find(name);
  return found == sources_.end() ? nullptr : found->second;
}

void SourceRegistry::Remove(const std::string& name) {
  std::shared_ptr<SourceState> last;  // ends after the lock: it may close a reader
  const std::lock_guard lock(mutex_);
  const auto found = sources_.find(name);
  if (found == sources_.end()) return;
  last = std::move(found->second);
  sources_.erase(found);
}

}  // namespace firn::engine
