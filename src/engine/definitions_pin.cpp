#include "engine/definitions_pin.hpp"

namespace firn::engine {

Result<std::unique_ptr<Stream>> DefinitionsPin::Look() {
  Release();
  if (!connection_) {
    FIRN_TRY(connection_, ConnectRaw(instance_.database.get()));
  }
  Statement look(connection_.get(), instance_.errors, cancelled_);
  // Goes through the schemas of every catalog, the lake's among them.
  FIRN_CHECK(look.Prepare("SELECT schema_name FROM duckdb_schemas()"));
  return std::move(look).Start();
}

Status DefinitionsPin::Hold() {
  FIRN_TRY(held_, Look());
  return {};
}

Status DefinitionsPin::Load() {
  FIRN_CHECK(Hold());
  Release();
  return {};
}

void DefinitionsPin::Release() {
  // Read to its end: a result that is only dropped leaves its transaction open.
  while (held_) {
    const auto rest = held_->Next();
    if (!rest || !*rest) held_.reset();
  }
}

}  // namespace firn::engine
