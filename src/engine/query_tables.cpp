#include "engine/query_tables.hpp"

#include <boost/json.hpp>

#include "base/names.hpp"
#include "engine/engine.hpp"

namespace firn::engine {
namespace {

namespace json = boost::json;
using Names = std::set<std::string>;  // of CTEs, lower case

constexpr std::size_t kMaxDepth = 8000;

Error Unreadable() {
  return Error{Code::kInvalid, "The tables of this statement cannot be told, so it is refused."};
}

std::string_view Text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

class Walker {
 public:
  Status Visit(const json::value& value, const Names& scope) {
    if (const auto* array = value.if_array()) {
      for (const auto& item : *array) FIRN_CHECK(Visit(item, scope));
    } else if (const auto* object = value.if_object()) {
      return VisitObject(*object, scope);
    }
    return {};
  }

  Names found;

 private:
  Status VisitObject(const json::object& object, const Names& scope) {
    const auto type = Text(object, "type");
    if (type == "SHOW_REF") return Unreadable();
    if (type == "BASE_TABLE") AddTable(object, scope);
    const auto* ctes = object.if_contains("cte_map");
    if (ctes == nullptr) return VisitMembers(object, scope);
    auto inner = scope;
    FIRN_CHECK(VisitCtes(*ctes, inner));
    // The right side of a recursive CTE sees the CTE itself.
    if (type == "RECURSIVE_CTE_NODE") inner.insert(LowerCase(Text(object, "cte_name")));
    return VisitMembers(object, inner);
  }

  Status VisitMembers(const json::object& object, const Names& scope) {
    for (const auto& [key, value] : object) {
      if (key != "cte_map") FIRN_CHECK(Visit(value, scope));
    }
    return {};
  }

  /// Each CTE sees those before it, and not itself.
  Status VisitCtes(const json::value& ctes, Names& scope) {
    const auto* object = ctes.if_object();
    const auto* map = object == nullptr ? nullptr : object->if_contains("map");
    if (map == nullptr || !map->is_array()) return Unreadable();
    for (const auto& entry : map->get_array()) {
      if (!entry.is_object()) return Unreadable();
      FIRN_CHECK(Visit(entry, scope));
      scope.insert(LowerCase(Text(entry.get_object(), "key")));
    }
    return {};
  }

  void AddTable(const json::object& object, const Names& scope) {
    const auto catalog = Text(object, "catalog_name");
    const auto schema = Text(object, "schema_name");
    const auto table = Text(object, "table_name");
    if (catalog.empty() && schema.empty() && scope.contains(LowerCase(table))) return;
    std::string name;
    for (const auto part : {catalog, schema, table}) {
      if (!part.empty()) name += (name.empty() ? "" : ".") + QuoteName(part);
    }
    found.insert(std::move(name));
  }
};

}  // namespace

Result<std::set<std::string>> TablesOfTree(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code failed;
  const auto tree = json::parse(json::string_view(text.data(), text.size()), failed, {}, options);
  if (failed || !tree.is_object()) return Unreadable();
  const auto* error = tree.get_object().if_contains("error");
  const auto* statements = tree.get_object().if_contains("statements");
  if (error == nullptr || !error->is_bool() || error->get_bool() || statements == nullptr ||
      !statements->is_array() || statements->get_array().size() != 1) {
    return Unreadable();
  }
  Walker walker;
  FIRN_CHECK(walker.Visit(*statements, {}));
  return std::move(walker.found);
}

}  // namespace firn::engine
