#include "net/url.hpp"

#include <charconv>

namespace firn::net {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error BadUrl(std::string_view what) { return Error{Code::kInvalid, std::string(what), 0, {}}; }

/// The text up to `separator`, which is taken off `rest` together with it.
std::string_view Cut(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const auto head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return head;
}

Result<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return BadUrl("The port of an address is a number from 1 to 65535.");
  }
  return port;
}

}  // namespace

std::string PercentEncode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

Result<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') return BadUrl("An address cannot hold a NUL byte.");
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) return BadUrl("A '%' in an address needs two hex digits behind it.");
      const int byte = high * 16 + low;
      if (byte == 0) return BadUrl("An address cannot hold %00.");
      out += static_cast<char>(byte);
      i += 2;
    }
  }
  return out;
}

Result<std::map<std::string, std::string>> ParseQuery(std::string_view text) {
  std::map<std::string, std::string> query;
  while (!text.empty()) {
    auto value = Cut(text, '&');
    if (value.empty()) continue;
    const auto name = Cut(value, '=');
    FIRN_TRY(auto decoded_name, PercentDecode(name, true));
    FIRN_TRY(auto decoded_value, PercentDecode(value, true));
    query.emplace(std::move(decoded_name), std::move(decoded_value));
  }
  return query;
}

std::string FormatQuery(const std::map<std::string, std::string>& query) {
  std::string out;
  for (const auto& [name, value] : query) {
    if (!out.empty()) out += '&';
    out += PercentEncode(name) + '=' + PercentEncode(value);
  }
  return out;
}

Result<Target> ParseTarget(std::string_view text) {
  if (text == "*") return Target{"*", {}};
  if (!text.empty() && text.front() != '/') {
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return BadUrl("A request's path starts with '/'.");
    const auto path = text.find_first_of("/?", scheme + 3);
    text = path == std::string_view::npos ? std::string_view("/") : text.substr(path);
  }
  text = text.substr(0, text.find('#'));
  const auto path = Cut(text, '?');
  Target target;
  FIRN_TRY(target.path, PercentDecode(path));
  FIRN_TRY(target.query, ParseQuery(text));
  if (target.path.empty()) target.path = "/";
  return target;
}

std::string Url::Authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
  return out;
}

Result<Url> ParseUrl(std::string_view text) {
  Url url;
  if (text.starts_with("https://")) {
    url.tls = true;
    url.port = 443;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return BadUrl("An address starts with http:// or https://.");
  }
  const auto slash = text.find_first_of("/?#");
  if (slash != std::string_view::npos) {
    url.path = std::string(text.substr(slash));
    text = text.substr(0, slash);
    if (url.path.front() != '/') url.path.insert(0, "/");
  }
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (text.starts_with('[') && bracket == std::string_view::npos) {
    return BadUrl("An address has a '[' without a ']'.");
  }
  std::string_view port;
  bool has_port = false;
  if (bracket != std::string_view::npos) {
    url.host = std::string(text.substr(1, bracket - 1));
    port = text.substr(bracket + 1);
    has_port = port.starts_with(':');
    if (!port.empty() && !has_port) return BadUrl("An address has text behind its ']'.");
    if (has_port) port.remove_prefix(1);
  } else {
    has_port = text.find(':') != std::string_view::npos;
    port = text;
    url.host = std::string(Cut(port, ':'));
  }
  if (url.host.empty()) return BadUrl("An address needs a host, as in https://host:8443.");
  for (const char c : url.host + url.path) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '@') {
      return BadUrl("An address cannot hold spaces, control characters or '@'.");
    }
  }
  if (has_port) {
    FIRN_TRY(url.port, ParsePort(port));
  }
  return url;
}

}  // namespace firn::net
