#include "net/response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include "base/names.hpp"

namespace firn::net {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

namespace {
std::string_view View(string_view text) { return {text.data(), text.size()}; }
constexpr std::uint32_t kMaxHeaderBytes = 256 * 1024;
}  // namespace

class ResponseReader::Parser : public http::basic_parser<false> {
 public:
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;

 private:
  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view, int, error_code&) override { status = code; }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    if (is_header_done()) return;
    auto& slot = headers[LowerCase(View(name))];
    if (!slot.empty()) slot += ", ";
    slot += View(value);
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view part, error_code&) override {
    body.append(part.data(), part.size());
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code&) override {
    body.append(part.data(), part.size());
    return part.size();
  }
  void on_finish_impl(error_code&) override {}
};

ResponseReader::ResponseReader(bool head_only) : parser_(std::make_unique<Parser>()) {
  parser_->skip(head_only);
  parser_->header_limit(kMaxHeaderBytes);
  parser_->body_limit(boost::none);
}

ResponseReader::~ResponseReader() = default;

Result<std::size_t> ResponseReader::Put(std::string_view bytes) {
  std::size_t used = 0;
  while (!parser_->is_done()) {
    error_code error;
    const auto rest = bytes.substr(used);
    const bool had_head = parser_->is_header_done();
    const auto step = parser_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    used += step;
    if (error == http::error::need_more) break;
    if (error) {
      return Error{
          Code::kInvalid, "The server's answer is not HTTP/1.1: " + error.message() + ".", 0, {}};
    }
    if (step == 0 && had_head) break;
  }
  return used;
}

Status ResponseReader::PutEnd() {
  error_code error;
  if (parser_->got_some()) parser_->put_eof(error);
  if (parser_->got_some() && !error) return {};
  return Error{
      Code::kUnavailable, "The server closed the connection in the middle of its answer.", 0, {}};
}

bool ResponseReader::head_done() const { return parser_->is_header_done(); }
bool ResponseReader::done() const { return parser_->is_done(); }
bool ResponseReader::keep_alive() const { return parser_->keep_alive(); }
int ResponseReader::status() const { return parser_->status; }
std::optional<std::uint64_t> ResponseReader::content_length() const {
  const auto length = parser_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}
std::map<std::string, std::string>& ResponseReader::headers() { return parser_->headers; }
std::string& ResponseReader::body() { return parser_->body; }

}  // namespace firn::net
