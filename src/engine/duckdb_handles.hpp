#pragma once

#include <duckdb.h>

#include <utility>

/// DuckDB's C handles as owners. Included by this module's .cpp files and internal headers only.
namespace firn::engine::duck {

template <typename T, void (*Destroy)(T*)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      Reset();
      value_ = std::exchange(other.value_, nullptr);
    }
    return *this;
  }
  ~Handle() { Reset(); }

  [[nodiscard]] T get() const { return value_; }
  /// Where a C function writes a new handle. REQUIRES: empty.
  T* out() { return &value_; }
  explicit operator bool() const { return value_ != nullptr; }
  void Reset() {
    if (value_ != nullptr) Destroy(&value_);
    value_ = nullptr;
  }

 private:
  T value_ = nullptr;
};

using Database = Handle<duckdb_database, duckdb_close>;
using RawConnection = Handle<duckdb_connection, duckdb_disconnect>;
using Config = Handle<duckdb_config, duckdb_destroy_config>;
using Prepared = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using Extracted = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using Chunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using ErrorData = Handle<duckdb_error_data, duckdb_destroy_error_data>;
using Value = Handle<duckdb_value, duckdb_destroy_value>;
using ArrowOptions = Handle<duckdb_arrow_options, duckdb_destroy_arrow_options>;
using ConvertedSchema =
    Handle<duckdb_arrow_converted_schema, duckdb_destroy_arrow_converted_schema>;
using TableFunction = Handle<duckdb_table_function, duckdb_destroy_table_function>;

/// A duckdb_result, which is a struct and not a pointer.
class QueryResult {
 public:
  QueryResult() = default;
  QueryResult(QueryResult&& other) noexcept
      : result_(std::exchange(other.result_, duckdb_result{})) {}
  QueryResult& operator=(QueryResult&&) = delete;
  ~QueryResult() { duckdb_destroy_result(&result_); }
  duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_{};
};

}  // namespace firn::engine::duck
