#include "sql/outputs_json.hpp"

#include <boost/json.hpp>

namespace firn::sql {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxScopes = 100'000;
constexpr std::size_t kMaxNameBytes = 1U << 20U;

/// Reads an array's items in turn; `ok` turns false at the first that is not as asked.
class Items {
 public:
  explicit Items(const json::value& value) : array_(value.if_array()), ok_(array_ != nullptr) {}

  std::string Text() {
    const auto* value = Next();
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr || text->size() > kMaxNameBytes) return Fail<std::string>();
    return {text->data(), text->size()};
  }
  bool Flag() {
    const auto* value = Next();
    return value != nullptr && value->is_bool() ? value->get_bool() : Fail<bool>();
  }
  std::size_t Index() {
    const auto* value = Next();
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) {
      return Fail<std::size_t>();
    }
    return static_cast<std::size_t>(value->get_int64());
  }
  std::vector<std::string> Texts() {
    std::vector<std::string> out;
    const auto* value = Next();
    if (value == nullptr) return out;
    Items inner(*value);
    while (inner.ok_ && inner.next_ < inner.array_->size()) out.push_back(inner.Text());
    ok_ = ok_ && inner.ok_;
    return out;
  }
  [[nodiscard]] bool Ended() const { return ok_ && next_ == array_->size(); }

 private:
  const json::value* Next() {
    if (!ok_ || next_ >= array_->size()) {
      ok_ = false;
      return nullptr;
    }
    return &(*array_)[next_++];
  }
  template <class T>
  T Fail() {
    ok_ = false;
    return T();
  }

  const json::array* array_;
  bool ok_;
  std::size_t next_ = 0;
};

std::optional<OutputSource> ReadSource(const json::value& value, std::size_t tables,
                                       std::size_t scans, std::size_t scopes) {
  Items items(value);
  OutputSource source;
  source.alias = items.Text();
  const auto from = items.Text();
  source.index = items.Index();
  source.nullable = items.Flag();
  source.columns = items.Texts();
  source.merged = items.Texts();
  if (!items.Ended()) return std::nullopt;
  if (from == "none") return source;
  std::size_t limit = 0;
  if (from == "table") {
    source.from = OutputSource::From::kTable;
    limit = tables;
  } else if (from == "scan") {
    source.from = OutputSource::From::kResultScan;
    limit = scans;
  } else if (from == "scope") {
    source.from = OutputSource::From::kScope;
    limit = scopes;
  }
  if (source.index >= limit) return std::nullopt;
  return source;
}

std::optional<Output> ReadOutput(const json::value& value) {
  Items items(value);
  Output output;
  const auto kind = items.Text();
  if (kind == "*") {
    output.kind = Output::Kind::kStar;
    output.qualifier = items.Text();
    output.excluded = items.Texts();
  } else if (kind == "column") {
    output.kind = Output::Kind::kColumn;
    output.name = items.Text();
    output.qualifier = items.Text();
    output.of = items.Text();
    output.nullable = items.Flag();
  } else if (kind == "type") {
    output.kind = Output::Kind::kType;
    output.name = items.Text();
    output.of = items.Text();
    output.nullable = items.Flag();
  } else if (kind == "?") {
    output.name = items.Text();
  } else {
    return std::nullopt;
  }
  return items.Ended() ? std::optional(std::move(output)) : std::nullopt;
}

std::optional<OutputScope> ReadScope(const json::object& object, std::size_t tables,
                                     std::size_t scans, std::size_t scopes) {
  OutputScope scope;
  if (const auto* united = object.if_contains("union"); united != nullptr) {
    if (!united->is_array() || united->get_array().empty()) return std::nullopt;
    for (const auto& item : united->get_array()) {
      if (!item.is_int64() || item.get_int64() < 0) return std::nullopt;
      scope.united.push_back(static_cast<std::size_t>(item.get_int64()));
      if (scope.united.back() >= scopes) return std::nullopt;
    }
    return scope;
  }
  const auto* from = object.if_contains("from");
  const auto* out = object.if_contains("out");
  if (from == nullptr || !from->is_array() || out == nullptr) return std::nullopt;
  for (const auto& item : from->get_array()) {
    auto source = ReadSource(item, tables, scans, scopes);
    if (!source) return std::nullopt;
    scope.sources.push_back(*std::move(source));
  }
  if (out->is_null()) return scope;
  if (!out->is_array()) return std::nullopt;
  scope.outputs.emplace();
  for (const auto& item : out->get_array()) {
    auto output = ReadOutput(item);
    if (!output) return std::nullopt;
    scope.outputs->push_back(*std::move(output));
  }
  return scope;
}

}  // namespace

std::optional<std::vector<OutputScope>> ReadOutputs(const json::value& value, std::size_t tables,
                                                    std::size_t scans) {
  const auto* array = value.if_array();
  if (array == nullptr || array->size() > kMaxScopes) return std::nullopt;
  std::vector<OutputScope> scopes;
  for (const auto& item : *array) {
    const auto* object = item.if_object();
    if (object == nullptr) return std::nullopt;
    auto scope = ReadScope(*object, tables, scans, scopes.size());
    if (!scope) return std::nullopt;
    scopes.push_back(*std::move(scope));
  }
  return scopes;
}

}  // namespace firn::sql
