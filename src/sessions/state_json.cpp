#include "sessions/state_json.hpp"

#include <boost/json.hpp>

namespace firn::sessions {
namespace {

namespace json = boost::json;

json::object FromMap(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [key, value] : map) object[key] = value;
  return object;
}

std::string Text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t Number(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool Flag(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::map<std::string, std::string> Map(const json::object& object, std::string_view key) {
  std::map<std::string, std::string> map;
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_object()) return map;
  for (const auto& item : value->get_object()) {
    if (item.value().is_string()) {
      map[std::string(item.key())] = std::string(item.value().get_string());
    }
  }
  return map;
}

}  // namespace

std::string StateToJson(const SessionState& state) {
  json::object object;
  object["id"] = state.id;
  object["user_id"] = state.principal.user_id;
  object["user"] = state.principal.user;
  object["role"] = state.principal.role;
  object["only_role"] = state.principal.only_role;
  object["all_roles"] = state.principal.all_roles;
  object["database"] = state.database;
  object["schema"] = state.schema;
  object["warehouse"] = state.warehouse;
  object["parameters"] = FromMap(state.parameters.values());
  object["variables"] = FromMap(state.variables);
  object["client_app"] = state.client_app;
  object["created_ms"] = state.created_ms;
  return json::serialize(object);
}

Result<SessionState> StateFromJson(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), failed);
  if (failed || !value.is_object()) {
    return Error{Code::kInvalid, "A stored session cannot be read."};
  }
  const json::object& object = value.get_object();
  SessionState state;
  state.id = Number(object, "id");
  state.principal = {Number(object, "user_id"), Text(object, "user"), Text(object, "role"),
                     Text(object, "only_role"), Flag(object, "all_roles")};
  // Without its user, a session would be Firn's own.
  if (state.principal.user_id == 0) {
    return Error{Code::kInvalid, "A stored session has no user."};
  }
  state.database = Text(object, "database");
  state.schema = Text(object, "schema");
  state.warehouse = Text(object, "warehouse");
  for (const auto& [name, set] : Map(object, "parameters")) {
    if (!state.parameters.Set(name, set)) continue;
  }
  state.variables = Map(object, "variables");
  state.client_app = Text(object, "client_app");
  state.created_ms = Number(object, "created_ms");
  return state;
}

}  // namespace firn::sessions
