#include "cli/toml.hpp"

namespace firn::cli {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

Error Wrong(int line, std::string_view what) {
  return Error{Code::kInvalid, "line " + std::to_string(line) + ": " + std::string(what)};
}

/// A quoted text at the start of `rest`, which then stands behind it.
Result<std::string> TakeQuoted(std::string_view& rest, int line) {
  const char quote = rest.front();
  std::string out;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == quote) {
      rest = Trim(rest.substr(i + 1));
      return out;
    }
    if (quote == '"' && rest[i] == '\\' && i + 1 < rest.size()) {
      switch (rest[++i]) {
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case 'r': out += '\r'; break;
        case '"':
        case '\\': out += rest[i]; break;
        default: return Wrong(line, "an escape that Firn does not read");
      }
    } else {
      out += rest[i];
    }
  }
  return Wrong(line, "a text without its closing quote");
}

bool IsRestEmpty(std::string_view rest) { return rest.empty() || rest.front() == '#'; }

Result<std::string> TakeValue(std::string_view rest, int line) {
  if (rest.empty()) return Wrong(line, "a key without a value");
  if (rest.front() == '"' || rest.front() == '\'') {
    FIRN_TRY(auto out, TakeQuoted(rest, line));
    if (!IsRestEmpty(rest)) return Wrong(line, "something stands behind the value");
    return out;
  }
  const auto out = Trim(rest.substr(0, rest.find('#')));
  if (out.empty() || out.front() == '[' || out.front() == '{') {
    return Wrong(line, "a value that Firn does not read; texts need quotes");
  }
  return std::string(out);
}

Result<std::string> TakeSection(std::string_view text, int line) {
  const auto end = text.find(']');
  if (end == std::string_view::npos) return Wrong(line, "a section without ']'");
  auto name = Trim(text.substr(1, end - 1));
  if (!IsRestEmpty(Trim(text.substr(end + 1)))) return Wrong(line, "text behind a section's name");
  if (!name.empty() && (name.front() == '"' || name.front() == '\'')) {
    return TakeQuoted(name, line);
  }
  return std::string(name);
}

}  // namespace

Result<Toml> ParseToml(std::string_view text) {
  Toml out;
  std::string section;
  for (int line = 1; !text.empty(); ++line) {
    const auto end = text.find('\n');
    const auto content = Trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (IsRestEmpty(content)) continue;
    if (content.front() == '[') {
      FIRN_TRY(section, TakeSection(content, line));
      out[section];
      continue;
    }
    const auto equals = content.find('=');
    if (equals == std::string_view::npos) return Wrong(line, "neither a section nor key = value");
    auto key = Trim(content.substr(0, equals));
    if (key.size() > 1 && key.front() == '"' && key.back() == '"') {
      key = key.substr(1, key.size() - 2);
    }
    if (key.empty()) return Wrong(line, "a value without a key");
    FIRN_TRY(out[section][std::string(key)], TakeValue(Trim(content.substr(equals + 1)), line));
  }
  return out;
}

std::string TomlText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace firn::cli
