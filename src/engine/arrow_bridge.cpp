#include "engine/arrow_bridge.hpp"

#include <arrow/c/bridge.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace firn::engine {
namespace {

std::string TakeText(char* text) {
  std::string copy = text == nullptr ? "" : text;
  duckdb_free(text);
  return copy;
}

TypeKind KindOf(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN: return TypeKind::kBoolean;
    case DUCKDB_TYPE_TINYINT: return TypeKind::kTinyint;
    case DUCKDB_TYPE_SMALLINT: return TypeKind::kSmallint;
    case DUCKDB_TYPE_INTEGER: return TypeKind::kInteger;
    case DUCKDB_TYPE_BIGINT: return TypeKind::kBigint;
    case DUCKDB_TYPE_UTINYINT: return TypeKind::kUtinyint;
    case DUCKDB_TYPE_USMALLINT: return TypeKind::kUsmallint;
    case DUCKDB_TYPE_UINTEGER: return TypeKind::kUinteger;
    case DUCKDB_TYPE_UBIGINT: return TypeKind::kUbigint;
    case DUCKDB_TYPE_HUGEINT: return TypeKind::kHugeint;
    case DUCKDB_TYPE_UHUGEINT: return TypeKind::kUhugeint;
    case DUCKDB_TYPE_FLOAT: return TypeKind::kFloat;
    case DUCKDB_TYPE_DOUBLE: return TypeKind::kDouble;
    case DUCKDB_TYPE_DECIMAL: return TypeKind::kDecimal;
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_STRING_LITERAL:
    case DUCKDB_TYPE_ENUM: return TypeKind::kVarchar;
    case DUCKDB_TYPE_BLOB: return TypeKind::kBlob;
    case DUCKDB_TYPE_DATE: return TypeKind::kDate;
    case DUCKDB_TYPE_TIME: return TypeKind::kTime;
    case DUCKDB_TYPE_TIME_NS: return TypeKind::kTimeNs;
    case DUCKDB_TYPE_TIMESTAMP: return TypeKind::kTimestamp;
    case DUCKDB_TYPE_TIMESTAMP_S: return TypeKind::kTimestampS;
    case DUCKDB_TYPE_TIMESTAMP_MS: return TypeKind::kTimestampMs;
    case DUCKDB_TYPE_TIMESTAMP_NS: return TypeKind::kTimestampNs;
    case DUCKDB_TYPE_TIMESTAMP_TZ: return TypeKind::kTimestampTz;
    case DUCKDB_TYPE_INTERVAL: return TypeKind::kInterval;
    case DUCKDB_TYPE_UUID: return TypeKind::kUuid;
    case DUCKDB_TYPE_LIST: return TypeKind::kList;
    case DUCKDB_TYPE_ARRAY: return TypeKind::kArray;
    case DUCKDB_TYPE_MAP: return TypeKind::kMap;
    case DUCKDB_TYPE_STRUCT: return TypeKind::kStruct;
    case DUCKDB_TYPE_VARIANT: return TypeKind::kVariant;
    case DUCKDB_TYPE_SQLNULL: return TypeKind::kNull;
    default: return TypeKind::kOther;
  }
}

}  // namespace

Type TypeOf(duckdb_logical_type type) {
  Type described;
  described.kind = KindOf(duckdb_get_type_id(type));
  described.alias = TakeText(duckdb_logical_type_get_alias(type));
  if (described.kind == TypeKind::kDecimal) {
    described.precision = duckdb_decimal_width(type);
    described.scale = duckdb_decimal_scale(type);
  } else if (described.kind == TypeKind::kVarchar && described.alias == "JSON") {
    described.kind = TypeKind::kJson;
  } else if (described.kind == TypeKind::kStruct) {
    const auto count = duckdb_struct_type_child_count(type);
    for (idx_t i = 0; i < count; ++i) {
      described.field_names.push_back(TakeText(duckdb_struct_type_child_name(type, i)));
    }
  }
  return described;
}

std::vector<Column> ColumnsOf(duckdb_prepared_statement statement) {
  std::vector<Column> columns;
  const auto count = duckdb_prepared_statement_column_count(statement);
  columns.reserve(count);
  for (idx_t i = 0; i < count; ++i) {
    const duck::LogicalType type(duckdb_prepared_statement_column_logical_type(statement, i));
    const char* name = duckdb_prepared_statement_column_name(statement, i);
    columns.push_back({name, TypeOf(type.get())});
    duckdb_free(const_cast<char*>(name));
  }
  return columns;
}

std::vector<Column> ColumnsOf(duckdb_result* result) {
  std::vector<Column> columns;
  const auto count = duckdb_column_count(result);
  columns.reserve(count);
  for (idx_t i = 0; i < count; ++i) {
    const duck::LogicalType type(duckdb_column_logical_type(result, i));
    columns.push_back({duckdb_column_name(result, i), TypeOf(type.get())});
  }
  return columns;
}

Status StatusOf(duckdb_error_data data, const ErrorMap& errors) {
  const duck::ErrorData owned(data);
  if (!owned || !duckdb_error_data_has_error(owned.get())) return {};
  return errors.Map(duckdb_error_data_message(owned.get()));
}

Result<std::shared_ptr<arrow::Schema>> ToArrowSchema(duckdb_arrow_options options,
                                                     duckdb_result* result,
                                                     const ErrorMap& errors) {
  const auto count = duckdb_column_count(result);
  std::vector<duck::LogicalType> owned;
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (idx_t i = 0; i < count; ++i) {
    owned.emplace_back(duckdb_column_logical_type(result, i));
    types.push_back(owned.back().get());
    names.push_back(duckdb_column_name(result, i));
  }
  ArrowSchema exported{};
  FIRN_CHECK(StatusOf(duckdb_to_arrow_schema(options, types.data(), names.data(), count, &exported),
                      errors));
  auto schema = arrow::ImportSchema(&exported);
  if (!schema.ok()) return Error{Code::kInternal, schema.status().message()};
  return *std::move(schema);
}

Result<std::shared_ptr<arrow::RecordBatch>> ToArrowBatch(
    duckdb_arrow_options options, duckdb_data_chunk chunk,
    const std::shared_ptr<arrow::Schema>& schema, const ErrorMap& errors) {
  ArrowArray exported{};
  FIRN_CHECK(StatusOf(duckdb_data_chunk_to_arrow(options, chunk, &exported), errors));
  auto batch = arrow::ImportRecordBatch(&exported, schema);
  if (!batch.ok()) return Error{Code::kInternal, batch.status().message()};
  return *std::move(batch);
}

}  // namespace firn::engine
