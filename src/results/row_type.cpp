#include "results/row_type.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/names.hpp"

namespace firn::results {
namespace {

namespace json = boost::json;
using types::Kind;

json::object Describe(const ResultColumn& column) {
  json::object out{
      {"name", column.name},         {"database", column.database},
      {"schema", column.schema},     {"table", column.table},
      {"nullable", column.nullable}, {"type", LowerCase(types::LogicalName(column.type.kind))},
      {"length", nullptr},           {"byteLength", nullptr},
      {"precision", nullptr},        {"scale", nullptr},
      {"collation", nullptr}};
  switch (column.type.kind) {
    case Kind::kNumber:
      out["precision"] = column.type.precision;
      out["scale"] = column.type.scale;
      break;
    case Kind::kText:
      out["length"] = column.type.length;
      out["byteLength"] = std::min(column.type.length * 4, types::kMaxTextLength);
      break;
    case Kind::kBinary:
      out["length"] = column.type.length;
      out["byteLength"] = column.type.length;
      break;
    case Kind::kTime:
    case Kind::kTimestampNtz:
    case Kind::kTimestampLtz:
    case Kind::kTimestampTz:
      out["precision"] = 0;
      out["scale"] = column.type.scale;
      break;
    default: break;
  }
  return out;
}

}  // namespace

std::string RowType(const std::vector<ResultColumn>& columns) {
  json::array out;
  for (const ResultColumn& column : columns) out.push_back(Describe(column));
  return json::serialize(out);
}

}  // namespace firn::results
