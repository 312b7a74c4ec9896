// Writes an Arrow stream through the result store and dumps everything a client or RESULT_SCAN
// would get, for the Python tests beside it.
//   results_dump IN.arrow OUT_FOLDER INLINE_BYTES CHUNK_BYTES
// A field of IN may carry metadata: `engine` (the engine's type: hugeint, json, uuid) and
// `declared` (the Snowflake type of the column).
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "results/result_set.hpp"
#include "results/row_type.hpp"

namespace {

using firn::engine::TypeKind;

TypeKind KindOf(const arrow::Field& field) {
  const auto named = field.metadata() ? field.metadata()->Get("engine").ValueOr("") : "";
  if (named == "hugeint") return TypeKind::kHugeint;
  if (named == "json") return TypeKind::kJson;
  if (named == "uuid") return TypeKind::kUuid;
  switch (field.type()->id()) {
    case arrow::Type::BOOL: return TypeKind::kBoolean;
    case arrow::Type::INT8: return TypeKind::kTinyint;
    case arrow::Type::INT16: return TypeKind::kSmallint;
    case arrow::Type::INT32: return TypeKind::kInteger;
    case arrow::Type::INT64: return TypeKind::kBigint;
    case arrow::Type::UINT8: return TypeKind::kUtinyint;
    case arrow::Type::UINT16: return TypeKind::kUsmallint;
    case arrow::Type::UINT32: return TypeKind::kUinteger;
    case arrow::Type::UINT64: return TypeKind::kUbigint;
    case arrow::Type::DECIMAL128: return TypeKind::kDecimal;
    case arrow::Type::FLOAT: return TypeKind::kFloat;
    case arrow::Type::DOUBLE: return TypeKind::kDouble;
    case arrow::Type::STRING: return TypeKind::kVarchar;
    case arrow::Type::BINARY: return TypeKind::kBlob;
    case arrow::Type::DATE32: return TypeKind::kDate;
    case arrow::Type::TIME64: return TypeKind::kTime;
    case arrow::Type::TIMESTAMP: {
      const auto& type = static_cast<const arrow::TimestampType&>(*field.type());
      if (!type.timezone().empty()) return TypeKind::kTimestampTz;
      switch (type.unit()) {
        case arrow::TimeUnit::SECOND: return TypeKind::kTimestampS;
        case arrow::TimeUnit::MILLI: return TypeKind::kTimestampMs;
        case arrow::TimeUnit::MICRO: return TypeKind::kTimestamp;
        case arrow::TimeUnit::NANO: return TypeKind::kTimestampNs;
      }
      return TypeKind::kOther;
    }
    case arrow::Type::LIST: return TypeKind::kList;
    case arrow::Type::MAP: return TypeKind::kMap;
    case arrow::Type::STRUCT: return TypeKind::kStruct;
    case arrow::Type::INTERVAL_MONTH_DAY_NANO: return TypeKind::kInterval;
    case arrow::Type::NA: return TypeKind::kNull;
    default: return TypeKind::kOther;
  }
}

firn::engine::Column ColumnOf(const arrow::Field& field) {
  firn::engine::Column column;
  column.name = field.name();
  column.type.kind = KindOf(field);
  if (field.type()->id() == arrow::Type::DECIMAL128) {
    const auto& type = static_cast<const arrow::Decimal128Type&>(*field.type());
    column.type.precision = type.precision();
    column.type.scale = type.scale();
  }
  if (field.type()->id() == arrow::Type::STRUCT) {
    for (const auto& child : field.type()->fields()) {
      column.type.field_names.push_back(child->name());
    }
  }
  return column;
}

class FileStream : public firn::engine::Stream {
 public:
  explicit FileStream(std::shared_ptr<arrow::RecordBatchReader> reader)
      : reader_(std::move(reader)), schema_(reader_->schema()) {
    for (const auto& field : schema_->fields()) columns_.push_back(ColumnOf(*field));
  }
  const std::vector<firn::engine::Column>& columns() const override { return columns_; }
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  firn::Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    return reader_->Next().ValueOrDie();
  }

 private:
  std::shared_ptr<arrow::RecordBatchReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<firn::engine::Column> columns_;
};

template <typename T>
T Must(firn::Result<T> result) {
  if (!result) {
    std::cerr << result.error().message << "\n";
    std::exit(1);
  }
  return *std::move(result);
}

void Put(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::filesystem::path out = argv[2];
  auto file = arrow::io::MemoryMappedFile::Open(argv[1], arrow::io::FileMode::READ).ValueOrDie();
  FileStream stream(arrow::ipc::RecordBatchStreamReader::Open(file).ValueOrDie());
  std::vector<firn::results::ResultColumn> declared;
  bool any_declared = false;
  for (const auto& field : stream.schema()->fields()) {
    firn::results::ResultColumn column;
    column.name = field->name();
    const auto named = field->metadata() ? field->metadata()->Get("declared").ValueOr("") : "";
    column.type = named.empty() ? firn::types::FromEngine(ColumnOf(*field).type)
                                : Must(firn::types::Parse(named));
    any_declared |= !named.empty();
    declared.push_back(column);
  }
  if (!any_declared) declared.clear();

  firn::results::Settings settings;
  settings.folder = out / "store";
  settings.inline_bytes = std::atoll(argv[3]);
  settings.chunk_bytes = std::atoll(argv[4]);
  const auto store = Must(firn::results::ResultStore::Open(settings));
  const auto begin = std::chrono::steady_clock::now();
  const auto result =
      Must(store->Write("0192f0c0-0000-7000-8000-000000000001", "someone", stream, declared));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%.3f s, %lld rows, %zu chunks\n", took.count(),
              static_cast<long long>(result->total_rows), result->chunks.size());

  Put(out / "rowtype.json", firn::results::RowType(result->columns));
  Put(out / "part-000.arrow", result->inline_arrow);
  for (std::size_t i = 0; i < result->chunks.size(); ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "part-%03zu.arrow", i + 1);
    std::filesystem::copy_file(result->chunks[i].file, out / name);
  }
  if (result->total_rows > 100'000) return 0;
  Put(out / "rows.json", "[" + Must(store->ReadJson(*result, {})) + "]");
  const auto decoded = Must(store->Read(*result));
  auto sink = arrow::io::FileOutputStream::Open((out / "decoded.arrow").string()).ValueOrDie();
  auto writer = arrow::ipc::MakeStreamWriter(sink, decoded->schema()).ValueOrDie();
  while (const auto batch = decoded->Next().ValueOrDie()) {
    if (!writer->WriteRecordBatch(*batch).ok()) return 1;
  }
  return writer->Close().ok() && sink->Close().ok() ? 0 : 1;
}
