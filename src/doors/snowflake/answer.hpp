#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "doors/router.hpp"
#include "queries/query.hpp"
#include "sessions/session_service.hpp"

namespace firn::doors {

/// The envelope: {"data": …, "code": null, "message": null, "success": true}.
net::Response Success(boost::json::object data);
/// A failure as the clients read it; `data` may hold queryId.
net::Response Failure(const Error& error, boost::json::object data = {});
/// The six-digit code and SQLSTATE that stand for an error without Snowflake's own.
std::string WireCode(const Error& error);
std::string WireState(const Error& error);

/// The body as a JSON object. Errors: kInvalid for anything else, however deep or large.
Result<boost::json::object> ParseBody(const net::Request& request);
/// The text at that key, or empty.
std::string TextAt(const boost::json::object& object, std::string_view key);

/// The token of `Authorization: Snowflake Token="…"`, or empty.
std::string_view TokenOf(const net::Request& request);

/// The address by which the client reached us: "http://host:port".
std::string BaseUrl(const net::Request& request);

/// [{"name": …, "value": …}, …]: the parameters that clients keep.
boost::json::array ClientParameters(const sessions::Parameters& parameters);

}  // namespace firn::doors
