#include "engine/instance.hpp"

namespace firn::engine {

Instance::Instance(const Settings& given)
    : settings(given),
      errors({given.lake_dir.string(), given.spill_dir.string(), given.extension_dir.string()}) {}

Status RunRaw(duckdb_connection connection, const std::string& sql, const ErrorMap& errors) {
  duck::QueryResult result;
  if (duckdb_query(connection, sql.c_str(), result.get()) == DuckDBSuccess) return {};
  return errors.Map(duckdb_result_error(result.get()));
}

Result<std::vector<std::string>> ReadTexts(duckdb_connection connection, const std::string& sql,
                                           const ErrorMap& errors) {
  duck::QueryResult result;
  if (duckdb_query(connection, sql.c_str(), result.get()) != DuckDBSuccess) {
    return errors.Map(duckdb_result_error(result.get()));
  }
  std::vector<std::string> texts;
  while (true) {
    const duck::Chunk chunk(duckdb_fetch_chunk(*result.get()));
    if (!chunk) return texts;
    const auto vector = duckdb_data_chunk_get_vector(chunk.get(), 0);
    auto* data = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk.get()); ++i) {
      texts.emplace_back(duckdb_string_t_data(&data[i]), duckdb_string_t_length(data[i]));
    }
  }
}

Result<duck::RawConnection> ConnectRaw(duckdb_database database) {
  duck::RawConnection connection;
  if (duckdb_connect(database, connection.out()) != DuckDBSuccess) {
    return Error{Code::kUnavailable, "The engine takes no more connections now. Try again."};
  }
  return connection;
}

Result<duck::Database> OpenInMemory(
    const std::vector<std::pair<std::string, std::string>>& options) {
  duck::Config config;
  if (duckdb_create_config(config.out()) != DuckDBSuccess) {
    return Error{Code::kInternal, "The engine's configuration cannot be made."};
  }
  for (const auto& [name, value] : options) {
    if (duckdb_set_config(config.get(), name.c_str(), value.c_str()) != DuckDBSuccess) {
      return Error{Code::kInvalid,
                   "The engine does not take the value " + value + " for " + name + "."};
    }
  }
  duck::Database database;
  char* message = nullptr;
  if (duckdb_open_ext(nullptr, database.out(), config.get(), &message) != DuckDBSuccess) {
    std::string text = message == nullptr ? "no reason given" : message;
    duckdb_free(message);
    return Error{Code::kInvalid, "The engine cannot start: " + text};
  }
  return database;
}

}  // namespace firn::engine
