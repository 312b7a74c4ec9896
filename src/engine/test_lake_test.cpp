#include <arrow/array/array_base.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <doctest/doctest.h>
#include <stdlib.h>

#include "engine/test_lake.hpp"

namespace firn::engine {
namespace fs = std::filesystem;

TestLake::TestLake() {
  std::string pattern = (fs::temp_directory_path() / "firn_engine_XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  Reopen();
}

TestLake::~TestLake() {
  engine_.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Settings TestLake::settings() const {
  return {folder_ / "lake", fs::path(FIRN_TEST_EXTENSIONS), folder_ / "spill", 512LL << 20, 2};
}

void TestLake::Reopen() {
  engine_.reset();
  auto opened = Engine::Open(settings());
  REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
  engine_ = *std::move(opened);
}

std::vector<std::string> Rows(Connection& connection, const std::string& sql) {
  auto stream = connection.Query(sql);
  REQUIRE_MESSAGE(stream, sql << ": " << (stream ? "" : stream.error().message));
  std::vector<std::string> rows;
  while (true) {
    auto batch = (*stream)->Next();
    REQUIRE_MESSAGE(batch, sql << ": " << (batch ? "" : batch.error().message));
    if (*batch == nullptr) return rows;
    for (std::int64_t row = 0; row < (*batch)->num_rows(); ++row) {
      auto& text = rows.emplace_back();
      for (const auto& column : (*batch)->columns()) {
        if (!text.empty() || &column != &(*batch)->columns().front()) text += "|";
        text += column->IsNull(row) ? "NULL" : column->GetScalar(row).ValueOrDie()->ToString();
      }
    }
  }
}

void Run(Connection& connection, const std::vector<std::string>& statements) {
  for (const auto& sql : statements) {
    const auto done = connection.Execute(sql);
    REQUIRE_MESSAGE(done, sql << ": " << (done ? "" : done.error().message));
  }
}

Error Failure(Connection& connection, const std::string& sql) {
  auto stream = connection.Query(sql);
  if (stream) {
    while (true) {
      auto batch = (*stream)->Next();
      if (!batch) return batch.error();
      if (*batch == nullptr) break;
    }
    FAIL(sql << ": succeeded");
  }
  if (stream.error().message.find("changes something") == std::string::npos) {
    return stream.error();
  }
  const auto done = connection.Execute(sql);
  if (done) FAIL(sql << ": succeeded");
  return done.error();
}

}  // namespace firn::engine
