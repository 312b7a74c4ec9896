#include "net/request_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include "base/names.hpp"
#include "net/url.hpp"

namespace firn::net {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

namespace {
std::string_view View(string_view text) { return {text.data(), text.size()}; }
}  // namespace

class RequestReader::Parser : public http::basic_parser<true> {
 public:
  Request request;
  Refusal refusal;
  std::int64_t body_bytes = 0;
  bool refused = false;
  int version = 11;

 private:
  void on_request_impl(http::verb, string_view method, string_view target, int http_version,
                       error_code& error) override {
    request.method = View(method);
    version = http_version;
    auto parsed = ParseTarget(View(target));
    if (!parsed || (version != 10 && version != 11)) {
      refusal.message = parsed ? "The request is neither HTTP/1.0 nor HTTP/1.1."
                               : std::move(parsed).error().message;
      refused = true;
      error = http::error::bad_target;
      return;
    }
    request.path = std::move(parsed->path);
    request.query = std::move(parsed->query);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    if (is_header_done()) return;  // a trailer behind a chunked body
    auto& slot = request.headers[LowerCase(View(name))];
    if (!slot.empty()) slot += ", ";
    slot += View(value);
  }
  void on_header_impl(error_code& error) override {
    if (chunked() || !request.headers.contains("transfer-encoding")) return;
    refusal.message = "Of transfer encodings only chunked is understood here.";
    refused = true;
    error = http::error::bad_transfer_encoding;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return Append(body); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return Append(body);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t Append(string_view body) {
    request.body.append(body.data(), body.size());
    body_bytes += static_cast<std::int64_t>(body.size());
    return body.size();
  }
};

RequestReader::RequestReader(std::int64_t max_header_bytes)
    : parser_(std::make_unique<Parser>()), max_header_bytes_(max_header_bytes) {
  parser_->header_limit(static_cast<std::uint32_t>(max_header_bytes));
  parser_->body_limit(boost::none);
}

RequestReader::~RequestReader() = default;

RequestReader::Step RequestReader::Put(std::string_view bytes) {
  if (parser_->is_done()) return {0, State::kDone};
  error_code error;
  const bool had_head = parser_->is_header_done();
  const auto consumed = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  // Beast limits what it sees at once; complete fields are consumed before the head is whole.
  if (!had_head) header_bytes_ += static_cast<std::int64_t>(consumed);
  if (header_bytes_ > max_header_bytes_) error = http::error::header_limit;
  if (error == http::error::need_more) return {consumed, State::kNeedMore};
  if (error) {
    auto& refusal = parser_->refusal;
    if (error == http::error::header_limit) {
      refusal = {431, Code::kInvalid, "The request's headers are too large."};
    } else if (!parser_->refused) {
      refusal = {400, Code::kInvalid, "The request is not HTTP/1.1: " + error.message() + "."};
    }
    return {consumed, State::kFailed};
  }
  if (!had_head && parser_->is_header_done()) return {consumed, State::kProgress};
  if (parser_->is_done()) return {consumed, State::kDone};
  return {consumed, consumed == 0 ? State::kNeedMore : State::kProgress};
}

bool RequestReader::head_done() const { return parser_->is_header_done(); }
Request& RequestReader::request() { return parser_->request; }
std::int64_t RequestReader::body_bytes() const { return parser_->body_bytes; }
std::optional<std::uint64_t> RequestReader::content_length() const {
  const auto length = parser_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}
bool RequestReader::keep_alive() const { return parser_->keep_alive(); }
bool RequestReader::http_1_0() const { return parser_->version == 10; }
const Refusal& RequestReader::refusal() const { return parser_->refusal; }

}  // namespace firn::net
