#pragma once

#include <boost/json/object.hpp>

#include "doors/snowflake/snowflake_door.hpp"

/// One function an address of the client protocol.
namespace firn::doors {

void Login(SnowflakeServices& services, Call call);            // login.cpp
void RenewToken(SnowflakeServices& services, Call call);       // session_calls.cpp
void Heartbeat(SnowflakeServices& services, Call call);        // session_calls.cpp
void EndSession(SnowflakeServices& services, Call call);       // session_calls.cpp
void RunQueryRequest(SnowflakeServices& services, Call call);  // query_request.cpp
void FetchResult(SnowflakeServices& services, Call call);      // query_answer.cpp
void AbortQuery(SnowflakeServices& services, Call call);       // query_calls.cpp
void AbortRequest(SnowflakeServices& services, Call call);     // query_calls.cpp
void MonitorQuery(SnowflakeServices& services, Call call);     // query_calls.cpp
void FetchChunk(SnowflakeServices& services, Call call);       // chunk.cpp

/// Who wants to log in, from the login's `data`. Errors: kUnauthenticated for a way to log in that
/// Firn does not have.
Result<access::Credentials> ReadCredentials(const boost::json::object& data,
                                            const net::Request& request);
/// What a query request asks; its session is the caller's to find. Errors: kInvalid.
Result<queries::Request> ReadQuery(const net::Request& request);
/// The session whose token the request carries. Errors: SessionService::FindByToken's.
Result<std::shared_ptr<sessions::Session>> SessionOf(SnowflakeServices& services,
                                                     const net::Request& request);
/// Answers with the query's result, or after a long poll with "still running".
void AnswerWhenDone(SnowflakeServices& services, const std::shared_ptr<queries::Query>& query,
                    Call call);
/// The address of a chunk, as JSON or Arrow, good for the life of the result.
std::string ChunkUrl(const SnowflakeServices& services, const std::string& base_url,
                     const std::string& user, const std::string& query_id, std::size_t index,
                     bool json);

}  // namespace firn::doors
