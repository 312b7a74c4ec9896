#include "cli/answer.hpp"

#include <boost/json.hpp>

#include <cstdlib>

namespace firn::cli {
namespace {

namespace json = boost::json;

std::string Text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

std::int64_t Number(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return 0;
  if (value->is_int64()) return value->as_int64();
  return value->is_uint64() ? static_cast<std::int64_t>(value->as_uint64()) : 0;
}

bool Flag(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

const json::array* List(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_array();
}

std::vector<std::string> Texts(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  if (const auto* list = List(object, key)) {
    for (const auto& item : *list) out.emplace_back(item.is_string() ? item.as_string() : "");
  }
  return out;
}

/// Which of our codes stands for the server's number and SQLSTATE.
Code CodeOf(int number, std::string_view state) {
  if (number == 604) return Code::kCancelled;
  if (number == 630) return Code::kTimeout;
  if (number == 625) return Code::kConflict;
  if (number == 390001 || state == "08006") return Code::kUnavailable;
  if (number >= 390100 && number < 390200) return Code::kUnauthenticated;
  if (state == "08001") return Code::kUnauthenticated;
  if (state == "42501") return Code::kDenied;
  if (state == "42S02" || state == "02000") return Code::kNotFound;
  if (state == "42710") return Code::kExists;
  if (state.starts_with("53")) return Code::kExhausted;
  if (state == "XX000") return Code::kInternal;
  return Code::kInvalid;
}

Result<json::object> Envelope(std::string_view body) {
  boost::system::error_code failed;
  auto value = json::parse(body, failed);
  if (failed || !value.is_object() || !value.as_object().contains("success")) {
    return Error{Code::kInternal, "the server's answer is not one of Firn's"};
  }
  auto& envelope = value.as_object();
  if (Flag(envelope, "success")) return std::move(envelope);
  const auto* data = envelope.if_contains("data");
  const auto number = std::atoi(Text(envelope, "code").c_str());
  const auto state =
      data != nullptr && data->is_object() ? Text(data->as_object(), "sqlState") : "";
  return SqlError(CodeOf(number, state), number, state, Text(envelope, "message"));
}

std::vector<Column> Columns(const json::object& data) {
  std::vector<Column> out;
  if (const auto* list = List(data, "rowtype")) {
    for (const auto& item : *list) {
      if (!item.is_object()) continue;
      const auto& column = item.as_object();
      out.push_back(
          {Text(column, "name"), Text(column, "type"), static_cast<int>(Number(column, "scale"))});
    }
  }
  return out;
}

std::vector<Row> Rows(const json::array& list) {
  std::vector<Row> out;
  out.reserve(list.size());
  for (const auto& item : list) {
    if (!item.is_array()) continue;
    auto& row = out.emplace_back();
    row.reserve(item.as_array().size());
    for (const auto& value : item.as_array()) {
      if (value.is_null()) {
        row.emplace_back();
      } else {
        row.emplace_back(value.is_string() ? std::string(value.as_string())
                                           : json::serialize(value));
      }
    }
  }
  return out;
}

std::optional<Transfer> TransferOf(const json::object& data) {
  const auto command = Text(data, "command");
  if (command != "UPLOAD" && command != "DOWNLOAD") return std::nullopt;
  Transfer out;
  out.upload = command == "UPLOAD";
  out.names = Texts(data, "src_locations");
  out.folder = Text(data, "localLocation");
  out.urls = Texts(data, "presignedUrls");
  const auto* stage = data.if_contains("stageInfo");
  if (out.upload && stage != nullptr && stage->is_object()) {
    out.urls = {Text(stage->as_object(), "presignedUrl")};
  }
  out.compress = Flag(data, "autoCompress") && Text(data, "sourceCompression") == "auto_detect";
  return out;
}

}  // namespace

Result<std::vector<Row>> ParseChunk(std::string_view body) {
  boost::system::error_code failed;
  // The rows stand without brackets around all.
  const auto value = json::parse("[" + std::string(body) + "]", failed);
  if (failed) return Error{Code::kInternal, "a part of the result is not one of Firn's"};
  return Rows(value.as_array());
}

Result<Answer> ParseAnswer(std::string_view body, std::string& pending) {
  pending.clear();
  FIRN_TRY(const auto envelope, Envelope(body));
  const auto* inner = envelope.if_contains("data");
  if (inner == nullptr || !inner->is_object()) return Answer{};
  const auto& data = inner->as_object();
  Answer out;
  out.query_id = Text(data, "queryId");
  const auto code = Text(envelope, "code");
  if (code == "333333" || code == "333334") {
    pending = Text(data, "getResultUrl");
    return out;
  }
  out.columns = Columns(data);
  if (const auto* rows = List(data, "rowset")) out.rows = Rows(*rows);
  out.total_rows = Number(data, "total");
  if (const auto* chunks = List(data, "chunks")) {
    for (const auto& chunk : *chunks) {
      if (chunk.is_object()) out.chunk_urls.push_back(Text(chunk.as_object(), "url"));
    }
  }
  out.transfer = TransferOf(data);
  if (const auto* parameters = List(data, "parameters")) {
    for (const auto& item : *parameters) {
      if (item.is_object() && Text(item.as_object(), "name") == "TIMEZONE") {
        out.time_zone = Text(item.as_object(), "value");
      }
    }
  }
  return out;
}

Result<std::string> DataOf(std::string_view body) {
  FIRN_TRY(const auto envelope, Envelope(body));
  const auto* data = envelope.if_contains("data");
  return data == nullptr ? std::string("null") : json::serialize(*data);
}

}  // namespace firn::cli
