#include <boost/json.hpp>

#include "base/names.hpp"
#include "doors/snowflake/answer.hpp"
#include "doors/snowflake/routes.hpp"
#include "observe/log.hpp"

namespace firn::doors {
namespace {

namespace json = boost::json;

}  // namespace

Result<access::Credentials> ReadCredentials(const json::object& data, const net::Request& request) {
  using access::Credentials;
  Credentials out;
  out.account = TextAt(data, "ACCOUNT_NAME");
  out.user = TextAt(data, "LOGIN_NAME");
  out.wanted_role = NameFromSql(request.parameter("roleName"));
  out.remote_address = request.remote_address;
  const auto authenticator = UpperCase(TextAt(data, "AUTHENTICATOR"));
  out.secret = TextAt(data, "TOKEN");
  if (authenticator.empty() || authenticator == "SNOWFLAKE" ||
      authenticator == "USERNAME_PASSWORD_MFA") {
    out.method = Credentials::Method::kPassword;
    out.secret = TextAt(data, "PASSWORD");
    // A token is taken in the place of a password, as Snowflake does.
    if (out.secret.starts_with("firn_pat_")) out.method = Credentials::Method::kAccessToken;
  } else if (authenticator == "SNOWFLAKE_JWT") {
    out.method = Credentials::Method::kKeyPairJwt;
  } else if (authenticator == "PROGRAMMATIC_ACCESS_TOKEN") {
    out.method = Credentials::Method::kAccessToken;
  } else if (authenticator == "OAUTH") {
    out.method = Credentials::Method::kOauth;
  } else {
    return SqlError(Code::kUnauthenticated, 390190, "08001",
                    "The authenticator '" + authenticator +
                        "' is not offered here; use a password, a key pair, or a programmatic "
                        "access token.");
  }
  return out;
}

namespace {

std::string JsonText(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return json::serialize(value);
}

/// Parameters that the client sets at login; those that are none of a session's are its own affair.
Status SetParameters(const json::object& data, sessions::SessionState& state) {
  const auto* given = data.if_contains("SESSION_PARAMETERS");
  if (given == nullptr || !given->is_object()) return {};
  for (const auto& [name, value] : given->as_object()) {
    if (sessions::FindParameter(UpperCase(name)) == nullptr) continue;
    FIRN_CHECK(state.parameters.Set(UpperCase(name), JsonText(value)));
  }
  return {};
}

/// The namespace that the client asked for, where it exists; else none, as Snowflake does.
void EnterNamespace(SnowflakeServices& services, const net::Request& request,
                    sessions::SessionState& state) {
  const catalog::Scope scope{state.principal, "", ""};
  const auto wish = [&](const std::string& name, std::string otherwise) {
    const auto text = request.parameter(name);
    return text.empty() ? std::move(otherwise) : NameFromSql(text);
  };
  const auto user = services.access.FindUser(state.principal.user);
  std::string default_database = "FIRN";
  std::string default_schema = "PUBLIC";
  if (user && !user->default_namespace.empty()) {
    const auto dot = user->default_namespace.find('.');
    default_database = user->default_namespace.substr(0, dot);
    if (dot != std::string::npos) default_schema = user->default_namespace.substr(dot + 1);
  }
  const auto database = wish("databaseName", default_database);
  const auto schema = wish("schemaName", default_schema);
  const auto warehouse = wish("warehouse", "FIRN_WH");
  auto& catalog = services.catalog;
  if (catalog.Find(scope, catalog::ObjectKind::kDatabase, {database})) {
    state.database = database;
    if (catalog.Find(scope, catalog::ObjectKind::kSchema, {database, schema})) {
      state.schema = schema;
    }
  }
  if (catalog.Find(scope, catalog::ObjectKind::kWarehouse, {warehouse})) {
    state.warehouse = warehouse;
  }
}

Result<json::object> LogIn(SnowflakeServices& services, const net::Request& request) {
  FIRN_TRY(const auto body, ParseBody(request));
  const auto* inner = body.if_contains("data");
  if (inner == nullptr || !inner->is_object()) {
    return Error{Code::kInvalid, "the login request has no data"};
  }
  const auto& data = inner->as_object();
  FIRN_TRY(const auto credentials, ReadCredentials(data, request));
  sessions::SessionState state;
  FIRN_TRY(state.principal, services.access.Authenticate(credentials));
  state.client_app = TextAt(data, "CLIENT_APP_ID") + " " + TextAt(data, "CLIENT_APP_VERSION");
  FIRN_CHECK(SetParameters(data, state));
  EnterNamespace(services, request, state);
  FIRN_TRY(const auto opened, services.sessions.Create(std::move(state)));
  const auto made = opened.session->State();
  observe::Logger().Info("session.opened", {{"session_id", made.id},
                                            {"user", std::string_view(made.principal.user)},
                                            {"client", std::string_view(made.client_app)}});
  const auto or_null = [](const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
  };
  return json::object{
      {"token", opened.tokens.session_token},
      {"masterToken", opened.tokens.master_token},
      {"validityInSeconds", opened.tokens.session_valid_s},
      {"masterValidityInSeconds", opened.tokens.master_valid_s},
      {"displayUserName", made.principal.user},
      {"serverVersion", "10.0.0 firn"},
      {"firstLogin", false},
      {"remMeToken", nullptr},
      {"remMeValidityInSeconds", 0},
      {"healthCheckInterval", 45},
      {"newClientForUpgrade", nullptr},
      {"sessionId", made.id},
      {"idToken", nullptr},
      {"idTokenValidityInSeconds", 0},
      {"mfaToken", nullptr},
      {"mfaTokenValidityInSeconds", 0},
      {"responseData", nullptr},
      {"parameters", ClientParameters(made.parameters)},
      {"sessionInfo",
       {{"databaseName", or_null(made.database)},
        {"schemaName", or_null(made.schema)},
        {"warehouseName", or_null(made.warehouse)},
        {"roleName", made.principal.role}}},
  };
}

}  // namespace

void Login(SnowflakeServices& services, Call call) {
  auto data = LogIn(services, call.request);
  call.responder->Respond(data ? Success(*std::move(data)) : Failure(data.error()));
}

}  // namespace firn::doors
