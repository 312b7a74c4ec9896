#include "sql/translation_json.hpp"

#include <boost/json.hpp>

#include "sql/outputs_json.hpp"
#include "sql/slots.hpp"

namespace firn::sql {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSqlBytes = 32U << 20U;
constexpr std::size_t kMaxItems = 100'000;
// A column without an alias is named by its own text, so a name may be as long as that.
constexpr std::size_t kMaxNameBytes = 1U << 20U;
constexpr std::size_t kMaxMessageBytes = 16'384;
constexpr std::int64_t kMaxBindings = 1'000'000;

Error Broken(std::string_view what) {
  return Error{Code::kInternal,
               "The SQL translator gave an answer whose " + std::string(what) +
                   " is not valid; this is a defect of Firn. Write the statement another way."};
}

Result<json::value> Parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !value.is_object()) return Broken("JSON");
  return value;
}

const json::array* ArrayAt(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* array = value == nullptr ? nullptr : value->if_array();
  return array != nullptr && array->size() <= kMaxItems ? array : nullptr;
}

const json::string* NameOf(const json::value& value) {
  const auto* text = value.if_string();
  const bool is_name = text != nullptr && !text->empty() && text->size() <= kMaxNameBytes &&
                       text->find('\0') == json::string::npos;
  return is_name ? text : nullptr;
}

Result<std::vector<std::string>> NamesAt(const json::object& object, std::string_view key) {
  const auto* array = ArrayAt(object, key);
  if (array == nullptr) return Broken(key);
  std::vector<std::string> names;
  names.reserve(array->size());
  for (const auto& item : *array) {
    const auto* name = NameOf(item);
    if (name == nullptr) return Broken(key);
    names.emplace_back(name->data(), name->size());
  }
  return names;
}

Result<TableSlot> ReadTable(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return Broken("tables");
  TableSlot slot;
  FIRN_TRY(slot.name, NamesAt(*object, "name"));
  if (slot.name.empty() || slot.name.size() > 3) return Broken("tables");
  const auto* target = object->if_contains("target");
  if (target == nullptr || !target->is_bool()) return Broken("tables");
  slot.is_target = target->get_bool();
  return slot;
}

/// A column of the target by its name or by its place.
Result<AssignedSlot> ReadAssigned(const json::value& value) {
  AssignedSlot slot;
  if (const auto* name = NameOf(value); name != nullptr) {
    slot.column.assign(name->data(), name->size());
    return slot;
  }
  if (!value.is_int64() || value.get_int64() < 0) return Broken("assigned");
  slot.position = static_cast<std::size_t>(value.get_int64());
  return slot;
}

Result<Translation::Kind> ReadKind(const json::object& object) {
  const auto* value = object.if_contains("kind");
  if (value == nullptr || !value->is_string()) return Broken("kind");
  const auto& kind = value->get_string();
  if (kind == "query") return Translation::Kind::kQuery;
  if (kind == "update") return Translation::Kind::kUpdate;
  if (kind == "delete") return Translation::Kind::kDelete;
  if (kind == "merge") return Translation::Kind::kMerge;
  return Broken("kind");
}

/// CURRENT_USER, or SYSTEM$NAME with its arguments as they were written.
bool AreContextNames(const std::vector<std::string>& names) {
  for (const auto& text : names) {
    const auto name = std::string_view(text).substr(0, text.find('('));
    if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789") != std::string::npos) {
      return false;
    }
  }
  return true;
}

Result<Translation> ReadTranslation(const json::object& object) {
  Translation out;
  FIRN_TRY(out.kind, ReadKind(object));
  const auto* sql = object.if_contains("sql");
  if (sql == nullptr || !sql->is_string() || sql->get_string().empty() ||
      sql->get_string().size() > kMaxSqlBytes) {
    return Broken("text");
  }
  out.sql.assign(sql->get_string().data(), sql->get_string().size());
  const auto* tables = ArrayAt(object, "tables");
  if (tables == nullptr) return Broken("tables");
  for (const auto& table : *tables) {
    FIRN_TRY(auto slot, ReadTable(table));
    out.tables.push_back(std::move(slot));
  }
  FIRN_TRY(out.result_scans, NamesAt(object, "result_scans"));
  const auto* assigned = ArrayAt(object, "assigned");
  if (assigned == nullptr) return Broken("assigned");
  for (const auto& value : *assigned) {
    FIRN_TRY(auto slot, ReadAssigned(value));
    out.assigned.push_back(std::move(slot));
  }
  FIRN_TRY(out.contexts, NamesAt(object, "contexts"));
  if (!AreContextNames(out.contexts)) return Broken("contexts");
  FIRN_TRY(out.columns, NamesAt(object, "columns"));
  FIRN_TRY(out.defined_names, NamesAt(object, "defined_names"));
  const auto* bindings = object.if_contains("bindings");
  if (bindings == nullptr || !bindings->is_int64() || bindings->get_int64() < 0 ||
      bindings->get_int64() > kMaxBindings) {
    return Broken("bindings");
  }
  out.bindings = static_cast<int>(bindings->get_int64());
  const auto* outputs = object.if_contains("outputs");
  if (outputs == nullptr) return Broken("outputs");
  auto scopes = ReadOutputs(*outputs, out.tables.size(), out.result_scans.size());
  if (!scopes) return Broken("outputs");
  out.outputs = *std::move(scopes);
  FIRN_CHECK(CheckSlots(out));
  return out;
}

constexpr std::size_t kPerItem = sizeof(std::string) + 16;

std::size_t SizeOf(const OutputScope& scope) {
  std::size_t size = sizeof(OutputScope) + scope.united.size() * sizeof(std::size_t);
  for (const auto& source : scope.sources) {
    size += sizeof(OutputSource) + source.alias.size();
    size += (source.columns.size() + source.merged.size()) * kPerItem;
  }
  if (!scope.outputs) return size;
  for (const auto& output : *scope.outputs) {
    size += sizeof(Output) + output.name.size() + output.of.size() + output.qualifier.size();
    size += output.excluded.size() * kPerItem;
  }
  return size;
}

/// The worker's own "no", or nothing when it is not of that form.
std::optional<Error> ReadRefusal(const json::object& object) {
  const auto* number = object.if_contains("number");
  const auto* state = object.if_contains("state");
  const auto* message = object.if_contains("message");
  const bool is_sound = number != nullptr && number->is_int64() && number->get_int64() > 0 &&
                        number->get_int64() < 1'000'000 && state != nullptr && state->is_string() &&
                        state->get_string().size() == 5 && message != nullptr &&
                        message->is_string() && message->get_string().size() <= kMaxMessageBytes;
  if (!is_sound) return std::nullopt;
  return SqlError(Code::kInvalid, static_cast<int>(number->get_int64()),
                  std::string_view(state->get_string()), std::string(message->get_string()));
}

}  // namespace

bool IsReadyMessage(std::string_view text) {
  const auto value = Parse(text);
  if (!value) return false;
  const auto* ready = value->get_object().if_contains("ready");
  const auto* protocol = value->get_object().if_contains("protocol");
  return ready != nullptr && ready->is_bool() && ready->get_bool() && protocol != nullptr &&
         protocol->is_int64() && protocol->get_int64() == kWorkerProtocol;
}

std::string RequestMessage(std::int64_t id, std::string_view statement) {
  json::object object;
  object["id"] = id;
  object["text"] = json::string_view(statement.data(), statement.size());
  return json::serialize(object);
}

Answer ParseAnswer(std::string_view text, std::int64_t id) {
  auto value = Parse(text);
  if (!value) return {std::move(value).error(), true};
  const auto& object = value->get_object();
  const auto* answered = object.if_contains("id");
  if (answered == nullptr || !answered->is_int64() || answered->get_int64() != id) {
    return {Broken("number"), true};
  }
  const auto* ok = object.if_contains("ok");
  if (ok == nullptr || !ok->is_bool()) return {Broken("outcome"), true};
  if (!ok->get_bool()) {
    auto refusal = ReadRefusal(object);
    if (!refusal) return {Broken("error"), true};
    return {*std::move(refusal), false};
  }
  return {ReadTranslation(object), false};
}

std::size_t SizeOf(const Translation& translation) {
  std::size_t size = sizeof(Translation) + translation.sql.size();
  const auto add = [&](const std::vector<std::string>& names) {
    for (const auto& name : names) size += kPerItem + name.size();
  };
  for (const auto& table : translation.tables) {
    size += sizeof(TableSlot);
    add(table.name);
  }
  add(translation.result_scans);
  for (const auto& slot : translation.assigned) size += kPerItem + slot.column.size();
  add(translation.contexts);
  add(translation.columns);
  add(translation.defined_names);
  for (const auto& scope : translation.outputs) size += SizeOf(scope);
  return size;
}

bool IsUtf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    if (lead < 0x80) continue;
    const int more = lead >= 0xC2 && lead < 0xE0   ? 1
                     : lead >= 0xE0 && lead < 0xF0 ? 2
                     : lead >= 0xF0 && lead < 0xF5 ? 3
                                                   : -1;
    if (more < 0 || text.size() - i < static_cast<std::size_t>(more)) return false;
    const auto second = static_cast<unsigned char>(text[i]);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    for (int k = 0; k < more; ++k) {
      if ((static_cast<unsigned char>(text[i++]) & 0xC0U) != 0x80U) return false;
    }
  }
  return true;
}

}  // namespace firn::sql
