#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog_service.hpp"
#include "engine/engine.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// The DuckLake schema that holds the temporary tables of one session. Start-up drops all of them.
inline constexpr std::string_view kTemporarySchemaPrefix = "firn temporary ";
std::string TemporarySchema(std::int64_t session_id);

/// The temporary tables, stages and file formats of a session; they hide permanent ones of the same
/// name. They end with the session and with the process. Thread-safe.
class TemporaryObjects {
 public:
  using Ptr = std::shared_ptr<const catalog::Object>;

  [[nodiscard]] Ptr Find(catalog::ObjectKind kind, const QualifiedName& name) const;
  /// Known under `kind`: a view goes by kTable, since tables and views share their names.
  void PutAs(catalog::ObjectKind kind, catalog::Object object);
  void Remove(catalog::ObjectKind kind, const QualifiedName& name);
  [[nodiscard]] std::vector<Ptr> List(catalog::ObjectKind kind) const;
  [[nodiscard]] bool empty() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<catalog::ObjectKind, std::string>, Ptr> objects_;  // guarded by mutex_
};

std::shared_ptr<TemporaryObjects> TemporaryOf(sessions::Session& session);
/// Takes back what a session holds when it ends: an open transaction, its temporary objects.
Status EndSession(Services& services, sessions::Session& session);
/// Drops the temporary tables that an earlier process left in the lake.
Status DropLeftTemporaries(engine::Connection& connection);

/// An id for a temporary object; negative, so that it never meets one of the catalog's.
std::int64_t NextTemporaryId();

}  // namespace firn::statements
