#include "results/meta.hpp"

#include <boost/json.hpp>

namespace firn::results {
namespace {

namespace json = boost::json;

json::object ColumnToJson(const ResultColumn& column) {
  return {{"name", column.name},
          {"kind", types::LogicalName(column.type.kind)},
          {"precision", column.type.precision},
          {"scale", column.type.scale},
          {"length", column.type.length},
          {"int64", column.type.stored_as_int64},
          {"nullable", column.nullable},
          {"database", column.database},
          {"schema", column.schema},
          {"table", column.table}};
}

std::string Text(const json::object& from, std::string_view key) {
  return json::value_to<std::string>(from.at(key));
}

Result<types::Kind> KindFromName(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(types::Kind::kArray); ++i) {
    const auto kind = static_cast<types::Kind>(i);
    if (types::LogicalName(kind) == name) return kind;
  }
  return Error{Code::kInvalid, "no type is called " + std::string(name) + "."};
}

Result<ResultColumn> ColumnFromJson(const json::object& from) {
  ResultColumn column;
  column.name = Text(from, "name");
  FIRN_TRY(column.type.kind, KindFromName(Text(from, "kind")));
  column.type.precision = static_cast<int>(from.at("precision").as_int64());
  column.type.scale = static_cast<int>(from.at("scale").as_int64());
  column.type.length = from.at("length").as_int64();
  column.type.stored_as_int64 = from.at("int64").as_bool();
  column.nullable = from.at("nullable").as_bool();
  column.database = Text(from, "database");
  column.schema = Text(from, "schema");
  column.table = Text(from, "table");
  return column;
}

Result<Meta> FromObject(const json::object& from) {
  if (from.at("version").as_int64() > kMetaVersion) {
    return Error{Code::kInvalid, "the result was written by a later version of Firn."};
  }
  Meta meta;
  meta.owner = Text(from, "owner");
  meta.created_ms = from.at("created_ms").as_int64();
  meta.result.total_rows = from.at("rows").as_int64();
  meta.result.inline_rows = from.at("inline_rows").as_int64();
  for (const auto& value : from.at("columns").as_array()) {
    FIRN_TRY(auto column, ColumnFromJson(value.as_object()));
    meta.result.columns.push_back(std::move(column));
  }
  for (const auto& value : from.at("chunks").as_array()) {
    const auto& chunk = value.as_object();
    meta.result.chunks.push_back(
        {Text(chunk, "file"), chunk.at("rows").as_int64(), chunk.at("bytes").as_int64()});
  }
  return meta;
}

}  // namespace

std::string MetaToJson(const Meta& meta) {
  json::array columns;
  for (const auto& column : meta.result.columns) columns.push_back(ColumnToJson(column));
  json::array chunks;
  for (const auto& chunk : meta.result.chunks) {
    chunks.push_back(json::object{
        {"file", chunk.file.filename().string()}, {"rows", chunk.rows}, {"bytes", chunk.bytes}});
  }
  return json::serialize(json::object{{"version", kMetaVersion},
                                      {"owner", meta.owner},
                                      {"created_ms", meta.created_ms},
                                      {"rows", meta.result.total_rows},
                                      {"inline_rows", meta.result.inline_rows},
                                      {"columns", std::move(columns)},
                                      {"chunks", std::move(chunks)}});
}

Result<Meta> MetaFromJson(std::string_view text) {
  try {
    const json::value value = json::parse(text);
    return FromObject(value.as_object());
  } catch (const std::exception& broken) {
    return Error{Code::kInvalid,
                 std::string("the description of a result is broken: ") + broken.what() + "."};
  }
}

}  // namespace firn::results
