#include "statements/temporary.hpp"

#include <atomic>

#include "engine/read_text.hpp"
#include "stages/stage_service.hpp"
#include "statements/connections.hpp"

namespace firn::statements {

std::string TemporarySchema(std::int64_t session_id) {
  return std::string(kTemporarySchemaPrefix) + std::to_string(session_id);
}

TemporaryObjects::Ptr TemporaryObjects::Find(catalog::ObjectKind kind,
                                             const QualifiedName& name) const {
  const std::lock_guard lock(mutex_);
  const auto at = objects_.find({kind, name.ToSql()});
  return at == objects_.end() ? nullptr : at->second;
}

void TemporaryObjects::PutAs(catalog::ObjectKind kind, catalog::Object object) {
  auto name = object.name.ToSql();
  auto stored = std::make_shared<const catalog::Object>(std::move(object));
  const std::lock_guard lock(mutex_);
  objects_[{kind, std::move(name)}] = std::move(stored);
}

void TemporaryObjects::Remove(catalog::ObjectKind kind, const QualifiedName& name) {
  const std::lock_guard lock(mutex_);
  objects_.erase({kind, name.ToSql()});
}

std::vector<TemporaryObjects::Ptr> TemporaryObjects::List(catalog::ObjectKind kind) const {
  std::vector<Ptr> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, object] : objects_) {
    if (key.first == kind) out.push_back(object);
  }
  return out;
}

bool TemporaryObjects::empty() const {
  const std::lock_guard lock(mutex_);
  return objects_.empty();
}

std::shared_ptr<TemporaryObjects> TemporaryOf(sessions::Session& session) {
  return std::static_pointer_cast<TemporaryObjects>(session.Attachment(
      "statements.temporary", [] { return std::make_shared<TemporaryObjects>(); }));
}

Status EndSession(Services& services, sessions::Session& session) {
  FIRN_CHECK(RollBackOpen(session));
  const auto temporary = TemporaryOf(session);
  if (temporary->empty()) return {};
  for (const auto& stage : temporary->List(catalog::ObjectKind::kStage)) {
    FIRN_CHECK(services.stages.Purge(stage->id));
  }
  if (temporary->List(catalog::ObjectKind::kTable).empty()) return {};
  FIRN_TRY(auto connection, services.connections.Take());
  FIRN_CHECK(connection->Execute("DROP SCHEMA IF EXISTS \"lake\"." +
                                 engine::QuoteName(TemporarySchema(session.id())) + " CASCADE"));
  services.connections.Give(std::move(connection));
  return {};
}

Status DropLeftTemporaries(engine::Connection& connection) {
  FIRN_TRY(const auto schemas,
           engine::ReadText(connection,
                            "SELECT schema_name FROM duckdb_schemas() WHERE database_name = "
                            "'lake' AND starts_with(schema_name, " +
                                engine::QuoteText(kTemporarySchemaPrefix) + ")"));
  for (const auto& row : schemas) {
    FIRN_CHECK(
        connection.Execute("DROP SCHEMA \"lake\"." + engine::QuoteName(row.front()) + " CASCADE"));
  }
  return {};
}

std::int64_t NextTemporaryId() {
  static std::atomic<std::int64_t> last{0};
  return --last;
}

}  // namespace firn::statements
