#include <boost/json.hpp>

#include <atomic>
#include <cstdlib>

#include "base/bytes.hpp"
#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"
#include "results/row_type.hpp"

namespace firn::doors {
namespace {

namespace json = boost::json;
using statements::StatementType;

json::value OrNull(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

/// The fields that every answer to a statement has.
json::object CommonFields(const SnowflakeServices& services, const queries::Query& query,
                          StatementType type) {
  const auto state = query.request.session->State();
  json::object data;
  data["parameters"] = ClientParameters(state.parameters);
  data["queryId"] = query.id;
  data["statementTypeId"] = static_cast<int>(type);
  data["finalDatabaseName"] = OrNull(state.database);
  data["finalSchemaName"] = OrNull(state.schema);
  data["finalWarehouseName"] = OrNull(state.warehouse);
  data["finalRoleName"] = state.principal.role;
  data["databaseProvider"] = nullptr;
  data["numberOfBinds"] = query.request.bindings.size();
  data["arrayBindSupported"] = query.request.describe_only;
  data["version"] = 1;
  data["sendResultTime"] = services.clock.NowMs();
  return data;
}

/// Connectors from 5 on mix up the files of a PUT that are each given an address of their own, but
/// take any server as Google's store. Older ones insist on TLS there, and ask for each address.
bool NamesUploads(std::string_view client_app) {
  constexpr std::string_view kConnector = "PythonConnector ";
  return client_app.starts_with(kConnector) &&
         std::atoi(client_app.substr(kConnector.size()).data()) >= 5;
}

void AddTransfer(json::object& data, const statements::Transfer& transfer,
                 const queries::Request& request) {
  json::array sources(transfer.sources.begin(), transfer.sources.end());
  data["command"] = transfer.upload ? "UPLOAD" : "DOWNLOAD";
  data["operation"] = "Node";
  data["src_locations"] = std::move(sources);
  data["parallel"] = transfer.parallel;
  data["threshold"] = 209'715'200;
  data["autoCompress"] = transfer.auto_compress;
  data["overwrite"] = transfer.overwrite;
  data["sourceCompression"] = transfer.source_compression;
  data["clientShowEncryptionParameter"] = false;
  data["encryptionMaterial"] = transfer.upload ? json::value(nullptr) : json::value(json::array());
  json::object stage{{"locationType", "GCS"},
                     {"location", transfer.stage_location},
                     {"path", ""},
                     {"region", ""},
                     {"storageAccount", nullptr},
                     {"isClientSideEncrypted", false},
                     {"creds", json::object()},
                     {"presignedUrl", nullptr},
                     {"endPoint", nullptr}};
  if (transfer.upload && NamesUploads(request.session->State().client_app)) {
    stage["location"] = "firn/stage/" + transfer.upload_token + "/";
    stage["endPoint"] = request.base_url;
    stage["creds"] = json::object{{"GCS_ACCESS_TOKEN", "in the address"}};
  } else if (transfer.upload) {
    stage["presignedUrl"] = transfer.urls.front();
  } else {
    data["localLocation"] = transfer.local_folder;
    data["presignedUrls"] = json::array(transfer.urls.begin(), transfer.urls.end());
  }
  data["stageInfo"] = std::move(stage);
}

/// Whether the client asked for JSON where Arrow is usual.
bool PrefersJson(const queries::Query& query) {
  const auto given = query.request.parameters.find("PYTHON_CONNECTOR_QUERY_RESULT_FORMAT");
  auto format = given != query.request.parameters.end() ? given->second : "";
  const auto state = query.request.session->State();
  if (format.empty()) {
    const bool go = state.client_app.starts_with("Go") || state.client_app.starts_with("ADBC");
    format = state.parameters.Get(go ? "GO_QUERY_RESULT_FORMAT"
                                     : "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT");
  }
  return format == "JSON" || format == "json";
}

/// Answers of ours (SHOW, DDL, the counts of DML) are JSON, from which clients read row counts, and
/// whole: they are made in memory, and small.
bool IsOurs(StatementType type) {
  return type != StatementType::kSelect && static_cast<int>(type) != 0;
}

Status AddRows(SnowflakeServices& services, const queries::Query& query, StatementType type,
               const results::ResultSet& result, json::object& data) {
  data["total"] = result.total_rows;
  data["returned"] = result.total_rows;
  const bool whole = IsOurs(type);
  const bool as_json = whole || PrefersJson(query);
  data["queryResultFormat"] = as_json ? "json" : "arrow";
  if (as_json) {
    FIRN_TRY(const auto rows, services.results.ReadJson(
                                  result, whole ? std::nullopt : std::optional<std::size_t>(0)));
    data["rowset"] = json::parse("[" + rows + "]");
  } else {
    data["rowsetBase64"] = Base64Encode(result.inline_arrow);
  }
  if (whole || result.chunks.empty()) return {};
  json::array chunks;
  const auto user = query.request.session->State().principal.user;
  for (std::size_t i = 0; i < result.chunks.size(); ++i) {
    const auto& chunk = result.chunks[i];
    chunks.push_back(
        {{"url", ChunkUrl(services, query.request.base_url, user, query.id, i, as_json)},
         {"rowCount", chunk.rows},
         {"uncompressedSize", chunk.bytes},
         {"compressedSize", chunk.bytes}});
  }
  data["chunks"] = std::move(chunks);
  data["chunkHeaders"] = json::object();
  return {};
}

json::value RowTypeOf(const std::vector<results::ResultColumn>& columns) {
  return json::parse(results::RowType(columns));
}

net::Response Answer(SnowflakeServices& services, const queries::Query& query) {
  const auto result = query.result();
  if (!*result) return Failure(result->error(), {{"queryId", query.id}});
  const auto& ended = **result;
  const auto& finished = ended.finished;
  auto data = CommonFields(services, query, finished.type);
  if (finished.outcome.transfer) {
    AddTransfer(data, *finished.outcome.transfer, query.request);
    return Success(std::move(data));
  }
  if (!ended.child_ids.empty()) {
    std::string ids;
    std::string types;
    for (std::size_t i = 0; i < ended.child_ids.size(); ++i) {
      ids += (i == 0 ? "" : ",") + ended.child_ids[i];
      types += (i == 0 ? "" : ",") + std::to_string(static_cast<int>(ended.child_types[i]));
    }
    data["resultIds"] = ids;
    data["resultTypes"] = types;
  }
  const auto& columns =
      finished.outcome.result ? finished.outcome.result->columns : finished.outcome.columns;
  data["rowtype"] = RowTypeOf(columns);
  if (!finished.outcome.result) {
    // Describe only: the columns without rows.
    data["total"] = 0;
    data["returned"] = 0;
    data["queryResultFormat"] = IsOurs(finished.type) || PrefersJson(query) ? "json" : "arrow";
    data["rowset"] = json::array();
    data["rowsetBase64"] = "";
    return Success(std::move(data));
  }
  if (auto added = AddRows(services, query, finished.type, *finished.outcome.result, data);
      !added) {
    return Failure(added.error(), {{"queryId", query.id}});
  }
  return Success(std::move(data));
}

net::Response StillRunning(const queries::Query& query) {
  return JsonResponse(
      200,
      json::serialize(json::object{
          {"data", {{"queryId", query.id}, {"getResultUrl", "/queries/" + query.id + "/result"}}},
          {"code", "333333"},
          {"message", nullptr},
          {"success", true}}));
}

/// A query of before a restart, or one long done: the history knows how it ended, and the result
/// store may still have its rows.
net::Response AnswerFromHistory(SnowflakeServices& services,
                                const std::shared_ptr<sessions::Session>& session,
                                const std::string& id, const net::Request& request) {
  const auto user = session->State().principal.user;
  const auto entry = services.queries.history().Find(id, user);
  if (!entry) return Failure(entry.error(), {{"queryId", id}});
  if (entry->state != "SUCCESS") {
    return Failure(SqlError(Code::kInvalid, entry->error_number, "57014", entry->error_message),
                   {{"queryId", id}});
  }
  auto result = services.results.Find(id, user);
  if (!result) return Failure(result.error(), {{"queryId", id}});
  queries::Request made;
  made.session = session;
  made.base_url = BaseUrl(request);
  queries::Query query(id, std::move(made));
  queries::Ended ended;
  ended.finished.type = static_cast<StatementType>(entry->statement_type);
  ended.finished.outcome.result = *std::move(result);
  query.Finish(std::move(ended));
  return Answer(services, query);
}

}  // namespace

void AnswerWhenDone(SnowflakeServices& services, const std::shared_ptr<queries::Query>& query,
                    Call call) {
  // The end of the query and the end of the wait race; whichever comes first answers.
  const auto answered = std::make_shared<std::atomic<bool>>(false);
  const auto responder = call.responder;
  if (!query->done()) {
    services.timer.After(std::chrono::seconds(services.long_poll_s), [answered, responder, query] {
      if (!answered->exchange(true)) responder->Respond(StillRunning(*query));
    });
  }
  query->WhenDone([&services, answered, responder, weak = std::weak_ptr(query)] {
    const auto done = weak.lock();
    if (done && !answered->exchange(true)) responder->Respond(Answer(services, *done));
  });
}

void FetchResult(SnowflakeServices& services, Call call) {
  const auto session = SessionOf(services, call.request);
  if (!session) {
    call.responder->Respond(Failure(session.error()));
    return;
  }
  const auto query = services.queries.Find(call.part, (*session)->State().principal.user);
  if (!query) {
    call.responder->Respond(AnswerFromHistory(services, *session, call.part, call.request));
    return;
  }
  AnswerWhenDone(services, query, std::move(call));
}

}  // namespace firn::doors
