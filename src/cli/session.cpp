#include "cli/session.hpp"

#include <boost/json.hpp>

#include <mutex>

#include "base/ids.hpp"

namespace firn::cli {
namespace {

namespace json = boost::json;

constexpr int kLoginTimeoutMs = 30'000;
/// Longer than the server holds a request (45 s) and than it takes to write a page.
constexpr int kAnswerTimeoutMs = 300'000;
constexpr int kRenewNumber = 390112;

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers HeadersFor(const std::string& token) {
  Headers out{{"Content-Type", "application/json"}, {"Accept", "application/snowflake"}};
  if (!token.empty()) out.emplace_back("Authorization", "Snowflake Token=\"" + token + "\"");
  return out;
}

std::string LoginTarget(const Login& login) {
  std::map<std::string, std::string> query{{"request_id", NewUuid()}};
  if (!login.database.empty()) query["databaseName"] = login.database;
  if (!login.schema.empty()) query["schemaName"] = login.schema;
  if (!login.warehouse.empty()) query["warehouse"] = login.warehouse;
  if (!login.role.empty()) query["roleName"] = login.role;
  return "/session/v1/login-request?" + net::FormatQuery(query);
}

std::string LoginBody(const Login& login) {
  json::object data{{"CLIENT_APP_ID", "FirnCLI"},
                    {"CLIENT_APP_VERSION", FIRN_VERSION},
                    {"ACCOUNT_NAME", login.account},
                    {"LOGIN_NAME", login.user},
                    {"SESSION_PARAMETERS", {{"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT", "JSON"}}}};
  if (login.authenticator.empty() || login.authenticator == "SNOWFLAKE") {
    data["PASSWORD"] = login.secret;
  } else {
    data["AUTHENTICATOR"] = login.authenticator;
    data["TOKEN"] = login.secret;
  }
  return json::serialize(json::object{{"data", std::move(data)}});
}

bool IsSessionGone(const Error& error) {
  return error.sql_number >= 390104 && error.sql_number <= 390115;
}

}  // namespace

struct Session::State {
  explicit State(Login made) : login(std::move(made)), client(login.url, login.ca_file) {}

  const Login login;
  net::Client client;
  std::string token, master_token, server_version;
  bool renewed = false;
  std::mutex mutex;
  std::string running;        // guarded by mutex; the id of the request
  std::string running_token;  // guarded by mutex

  Status LogIn();
  Status Renew();
  Result<Answer> Ask(const std::string& sql);
};

Status Session::State::LogIn() {
  FIRN_TRY(const auto response, client.Send("POST", LoginTarget(login), HeadersFor(""),
                                            LoginBody(login), kLoginTimeoutMs));
  FIRN_TRY(const auto data, DataOf(response.body));
  boost::system::error_code failed;
  const auto value = json::parse(data, failed);
  const auto text = [&](std::string_view key) -> std::string {
    const auto* found = value.is_object() ? value.as_object().if_contains(key) : nullptr;
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
  };
  token = text("token");
  master_token = text("masterToken");
  server_version = text("serverVersion");
  if (token.empty()) return Error{Code::kInternal, "the server's answer to the login has no token"};
  return {};
}

/// A new token for the same session.
Status Session::State::Renew() {
  const auto body =
      json::serialize(json::object{{"oldSessionToken", token}, {"requestType", "RENEW"}});
  FIRN_TRY(const auto response, client.Send("POST", "/session/token-request?requestId=" + NewUuid(),
                                            HeadersFor(master_token), body, kLoginTimeoutMs));
  FIRN_TRY(const auto data, DataOf(response.body));
  const auto value = json::parse(data);
  token = json::value_to<std::string>(value.at("sessionToken"));
  master_token = json::value_to<std::string>(value.at("masterToken"));
  return {};
}

Result<Answer> Session::State::Ask(const std::string& sql) {
  const auto request_id = NewUuid();
  {
    const std::lock_guard lock(mutex);
    running = request_id;
    running_token = token;
  }
  const json::object body{{"sqlText", sql},
                          {"asyncExec", false},
                          {"sequenceId", 1},
                          {"parameters", {{"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT", "JSON"}}}};
  auto response = client.Send("POST", "/queries/v1/query-request?requestId=" + request_id,
                              HeadersFor(token), json::serialize(body), kAnswerTimeoutMs);
  for (;;) {
    std::string pending;
    auto answer =
        response ? ParseAnswer(response->body, pending) : Result<Answer>(Error(response.error()));
    if (!answer || pending.empty()) {
      const std::lock_guard lock(mutex);
      running.clear();
      return answer;
    }
    response = client.Send("GET", pending, HeadersFor(token), {}, kAnswerTimeoutMs);
  }
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;

Session::~Session() {
  if (state_ == nullptr || state_->token.empty()) return;
  (void)state_->client.Send("POST", "/session?delete=true", HeadersFor(state_->token), "{}", 5'000);
}

Result<Session> Session::Open(Login login) {
  auto state = std::make_unique<State>(std::move(login));
  FIRN_CHECK(state->LogIn());
  return Session(std::move(state));
}

Result<Session> Session::OpenDefault(const std::filesystem::path& home) {
  FIRN_TRY(auto login, ReadLogin(home));
  return Open(std::move(login));
}

Result<Answer> Session::Run(const std::string& sql) {
  auto answer = state_->Ask(sql);
  if (answer || !IsSessionGone(answer.error())) return answer;
  if (answer.error().sql_number == kRenewNumber && state_->Renew()) {
    return state_->Ask(sql);
  }
  FIRN_CHECK(state_->LogIn());
  state_->renewed = true;
  return state_->Ask(sql);
}

void Session::Cancel() {
  std::string request_id;
  std::string token;
  {
    const std::lock_guard lock(state_->mutex);
    request_id = state_->running;
    token = state_->running_token;
  }
  if (request_id.empty()) return;
  net::Client client(state_->login.url, state_->login.ca_file);
  const auto body = json::serialize(json::object{{"sqlText", ""}, {"requestId", request_id}});
  (void)client.Send("POST", "/queries/v1/abort-request?requestId=" + NewUuid(), HeadersFor(token),
                    body, 10'000);
}

Result<std::string> Session::Post(const std::string& target, const std::string& body) {
  net::ClientRequest request;
  request.method = "POST";
  request.target = target;
  request.headers = HeadersFor(state_->token);
  request.body = body;
  request.timeout_ms = 3600 * 1000;
  FIRN_TRY(const auto response, state_->client.Send(request));
  return DataOf(response.body);
}

Result<net::ClientResponse> Session::Move(const std::string& url, net::ClientRequest request) {
  FIRN_TRY(const auto parsed, net::ParseUrl(url));
  request.target = parsed.path;
  return state_->client.Send(request);
}

const Login& Session::login() const { return state_->login; }
const std::string& Session::server_version() const { return state_->server_version; }
bool Session::was_renewed() { return std::exchange(state_->renewed, false); }

}  // namespace firn::cli
