#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>

#include <csignal>
#include <fstream>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "results/result_set.hpp"
#include "results/row_type.hpp"

namespace firn::results {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("firn-results-" + NewUuid())) {}
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// `batches` batches of 2,000 rows: an integer and a text of 20 characters. A failure at the end
/// where `error` says so.
class FakeStream : public engine::Stream {
 public:
  explicit FakeStream(int batches, std::optional<Error> error = std::nullopt)
      : batches_(batches), error_(std::move(error)) {
    columns_.resize(2);
    columns_[0].name = "ID";
    columns_[0].type.kind = engine::TypeKind::kBigint;
    columns_[1].name = "NAME";
    columns_[1].type.kind = engine::TypeKind::kVarchar;
  }
  const std::vector<engine::Column>& columns() const override { return columns_; }
  const std::shared_ptr<arrow::Schema>& schema() const override { return schema_; }
  Result<std::shared_ptr<arrow::RecordBatch>> Next() override {
    if (batches_-- == 0) {
      if (error_) return *error_;
      return std::shared_ptr<arrow::RecordBatch>();
    }
    arrow::Int64Builder ids;
    arrow::StringBuilder names;
    for (int i = 0; i < 2000; ++i) {
      (void)ids.Append(next_id_++);
      (void)names.Append("abcdefghijklmnopqrst");
    }
    return arrow::RecordBatch::Make(schema_, 2000, {*ids.Finish(), *names.Finish()});
  }

 private:
  int batches_;
  std::optional<Error> error_;
  std::int64_t next_id_ = 0;
  std::vector<engine::Column> columns_;
  std::shared_ptr<arrow::Schema> schema_ =
      arrow::schema({arrow::field("ID", arrow::int64()), arrow::field("NAME", arrow::utf8())});
};

Settings SmallSettings(const Folder& folder) {
  Settings settings;
  settings.folder = folder.path();
  settings.inline_bytes = 8 * 1024;
  settings.chunk_bytes = 256 * 1024;
  return settings;
}

unsigned ModeOf(const fs::path& path) {
  struct ::stat about {};
  ::stat(path.c_str(), &about);
  return about.st_mode & 0777U;
}

/// How many rows a JSON text has whose values hold no bracket.
std::int64_t RowsIn(std::string_view text) { return std::count(text.begin(), text.end(), ']'); }

std::size_t FoldersIn(const fs::path& path) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(path)) {
    count += entry.path().filename() != "small";
  }
  return count;
}

TEST_CASE("results: a long result is spooled in private files and read back whole") {
  const Folder folder;
  auto store = *ResultStore::Open(SmallSettings(folder));
  const auto id = NewOrderedUuid();
  FakeStream stream(50);
  const auto result = *store->Write(id, "ADA", stream, {});
  CHECK(result->total_rows == 100'000);
  CHECK(result->inline_rows > 0);
  CHECK(result->inline_arrow.size() < 16 * 1024);
  REQUIRE(result->chunks.size() > 5);
  std::int64_t rows = result->inline_rows;
  for (const auto& chunk : result->chunks) {
    rows += chunk.rows;
    CHECK(fs::file_size(chunk.file) == static_cast<std::uintmax_t>(chunk.bytes));
    CHECK(ModeOf(chunk.file) == 0600);
  }
  CHECK(rows == 100'000);
  CHECK(ModeOf(folder.path() / id) == 0700);
  CHECK(ModeOf(folder.path() / id / "meta.json") == 0600);
  CHECK(store->UsedBytes() > 2'000'000);

  const auto text = *store->ReadJson(*result, std::nullopt);
  CHECK(RowsIn(text) == 100'000);
  CHECK(text.ends_with(R"(,["99999","abcdefghijklmnopqrst"])"));
  std::string parts;
  for (std::size_t part = 0; part <= result->chunks.size(); ++part) {
    const auto json = *store->ReadJson(*result, part);
    const auto expected = part == 0 ? result->inline_rows : result->chunks[part - 1].rows;
    CHECK(RowsIn(json) == expected);
    parts += (parts.empty() ? "" : ",") + json;
  }
  CHECK(parts == text);
  const auto reader = *store->Read(*result);
  std::int64_t decoded = 0;
  while (const auto batch = reader->Next().ValueOrDie()) decoded += batch->num_rows();
  CHECK(decoded == 100'000);
}

TEST_CASE("results: short and long results survive a restart, for their owner only") {
  const Folder folder;
  const auto small_id = NewOrderedUuid();
  const auto large_id = NewOrderedUuid();
  {
    auto store = *ResultStore::Open(SmallSettings(folder));
    FakeStream large(20);
    REQUIRE(store->Write(large_id, "ADA", large, {}));
    ResultColumn column;
    column.name = "status";
    REQUIRE(store->WriteText(small_id, "ADA", {column}, {{"done"}, {std::nullopt}}));
    CHECK(FoldersIn(folder.path()) == 1);
  }
  auto store = *ResultStore::Open(SmallSettings(folder));
  const auto large = store->Find(large_id, "ADA");
  REQUIRE(large);
  CHECK(RowsIn(*store->ReadJson(**large, std::nullopt)) == 40'000);
  const auto small = store->Find(small_id, "ADA");
  REQUIRE(small);
  CHECK(*store->ReadJson(**small, std::nullopt) == R"(["done"],[null])");
  const auto stranger = store->Find(large_id, "BOB");
  const auto unknown = store->Find(NewUuid(), "ADA");
  REQUIRE(!stranger);
  REQUIRE(!unknown);
  CHECK(stranger.error().code == Code::kNotFound);
  CHECK(unknown.error().code == Code::kNotFound);
  for (const char* path :
       {"", "../../etc/passwd", "small", "0192f0c0-0000-7000-8000-00000000000/"}) {
    CHECK(!store->Find(path, "ADA"));
  }
}

TEST_CASE("results: a cut-off folder is removed at the start and a torn record is ignored") {
  const Folder folder;
  const auto kept = NewOrderedUuid();
  const auto small = NewOrderedUuid();
  const auto cut = NewOrderedUuid();
  const auto short_of_a_chunk = NewOrderedUuid();
  {
    auto store = *ResultStore::Open(SmallSettings(folder));
    for (const auto& id : {kept, cut, short_of_a_chunk}) {
      FakeStream stream(20);
      REQUIRE(store->Write(id, "ADA", stream, {}));
    }
    REQUIRE(store->WriteText(small, "ADA", {ResultColumn{"a", {}, true, "", "", ""}}, {{"1"}}));
  }
  fs::remove(folder.path() / cut / "meta.json");
  fs::resize_file(folder.path() / short_of_a_chunk / "0-0.arrow", 100);
  std::ofstream(folder.path() / "small" / "1.log", std::ios::app) << "half a record";

  auto store = *ResultStore::Open(SmallSettings(folder));
  CHECK(store->Find(kept, "ADA"));
  CHECK(store->Find(small, "ADA"));
  CHECK(!store->Find(cut, "ADA"));
  CHECK(!store->Find(short_of_a_chunk, "ADA"));
  CHECK(FoldersIn(folder.path()) == 1);
  REQUIRE(store->WriteText(cut, "ADA", {ResultColumn{"a", {}, true, "", "", ""}}, {{"2"}}));
  CHECK(store->Find(cut, "ADA"));
}

TEST_CASE("results: the quota takes the oldest first, and a result beyond it is refused") {
  const Folder folder;
  auto settings = SmallSettings(folder);
  settings.quota_bytes = 4'000'000;
  auto store = *ResultStore::Open(settings);
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(NewOrderedUuid());
    FakeStream stream(20);  // about 1.3 MB
    REQUIRE(store->Write(ids.back(), "ADA", stream, {}));
  }
  CHECK(store->UsedBytes() <= settings.quota_bytes);
  CHECK(store->Find(ids.back(), "ADA"));
  FakeStream huge(200);
  const auto refused = store->Write(NewOrderedUuid(), "ADA", huge, {});
  REQUIRE(!refused);
  CHECK(refused.error().code == Code::kExhausted);
  CHECK(FoldersIn(folder.path()) == 0);
  CHECK(store->UsedBytes() == 0);
}

TEST_CASE("results: a query that fails half-way leaves nothing behind") {
  const Folder folder;
  auto store = *ResultStore::Open(SmallSettings(folder));
  FakeStream stream(20, Error{Code::kCancelled, "stopped", 604, "57014"});
  const auto result = store->Write(NewOrderedUuid(), "ADA", stream, {});
  REQUIRE(!result);
  CHECK(result.error().code == Code::kCancelled);
  CHECK(FoldersIn(folder.path()) == 0);
  CHECK(store->UsedBytes() == 0);
}

TEST_CASE("results: a full disk is said to be full, and the rest of the result is removed") {
  const Folder folder;
  auto settings = SmallSettings(folder);
  auto store = *ResultStore::Open(settings);
  const auto id = NewOrderedUuid();
  fs::create_directories(folder.path() / id);
  // The only device that is always full; the third chunk goes there.
  fs::create_symlink("/dev/full", folder.path() / id / "0-2.arrow");
  FakeStream stream(50);
  const auto result = store->Write(id, "ADA", stream, {});
  REQUIRE(!result);
  CHECK(result.error().code == Code::kExhausted);
  CHECK(result.error().message.find("full") != std::string::npos);
  CHECK(FoldersIn(folder.path()) == 0);
}

/// No file of this process may grow beyond some bytes while it lives: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit less{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &less);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_CASE("results: a short result is kept in memory while the disk is full") {
  const Folder folder;
  auto store = *ResultStore::Open(SmallSettings(folder));
  const std::vector<ResultColumn> columns{{"a", {}, true, "", "", ""}};
  const auto before = NewOrderedUuid();
  const auto full = NewOrderedUuid();
  const auto after = NewOrderedUuid();
  REQUIRE(store->WriteText(before, "ADA", columns, {{"before"}}));
  {
    const FullDisk disk(1);
    REQUIRE(store->WriteText(full, "ADA", columns, {{"full"}}));
  }
  REQUIRE(store->WriteText(after, "ADA", columns, {{"after"}}));
  CHECK(*store->ReadJson(**store->Find(before, "ADA"), std::nullopt) == R"(["before"])");
  CHECK(*store->ReadJson(**store->Find(full, "ADA"), std::nullopt) == R"(["full"])");
  CHECK(*store->ReadJson(**store->Find(after, "ADA"), std::nullopt) == R"(["after"])");
}

TEST_CASE("results: what is older than a day goes with a sweep") {
  const Folder folder;
  auto store = *ResultStore::Open(SmallSettings(folder));
  const auto id = NewOrderedUuid();
  FakeStream stream(20);
  REQUIRE(store->Write(id, "ADA", stream, {}));
  REQUIRE(store->WriteText(NewOrderedUuid(), "ADA", {ResultColumn{"a", {}, true, "", "", ""}},
                           {{"1"}}));
  const std::int64_t now = SystemClock().NowMs();
  CHECK(*store->Sweep(now) == 0);
  CHECK(*store->Sweep(now + 25LL * 3600 * 1000) > 1'000'000);
  CHECK(store->UsedBytes() == 0);
  CHECK(!store->Find(id, "ADA"));
}

TEST_CASE("results: one past its time is not found, also before a sweep and after a restart") {
  const Folder folder;
  auto settings = SmallSettings(folder);
  settings.keep_ms = -1;  // each is too old at once
  const auto small = NewOrderedUuid();
  const auto large = NewOrderedUuid();
  for (int start = 0; start < 2; ++start) {
    auto store = *ResultStore::Open(settings);
    if (start == 0) {
      FakeStream stream(20);
      REQUIRE(store->Write(large, "ADA", stream, {}));
      REQUIRE(store->WriteText(small, "ADA", {ResultColumn{"a", {}, true, "", "", ""}}, {{"1"}}));
    }
    for (const auto& id : {small, large}) {
      const auto found = store->Find(id, "ADA");
      REQUIRE(!found);
      CHECK(found.error().code == Code::kNotFound);
    }
  }
  settings.keep_ms = SmallSettings(folder).keep_ms;
  auto store = *ResultStore::Open(settings);
  CHECK(store->Find(small, "ADA"));
  CHECK(store->Find(large, "ADA"));
}

TEST_CASE("results: text rows of every type come back as they were given") {
  const Folder folder;
  auto store = *ResultStore::Open(SmallSettings(folder));
  std::vector<ResultColumn> columns;
  for (const char* type : {"NUMBER(38,0)", "NUMBER(10,2)", "FLOAT", "VARCHAR", "BOOLEAN", "DATE",
                           "TIME(3)", "TIME(9)", "TIMESTAMP_NTZ(9)", "TIMESTAMP_LTZ(3)",
                           "TIMESTAMP_LTZ(9)", "TIMESTAMP_TZ(9)", "BINARY", "VARIANT"}) {
    ResultColumn column;
    column.name = type;
    column.type = *types::Parse(type);
    columns.push_back(column);
  }
  const TextRow row{"99999999999999999999999999999999999999",
                    "-0.05",
                    "0.1",
                    "x",
                    "1",
                    "-1",
                    "3723.004",
                    "86399.999999999",
                    "-0.000000001",
                    "1700000000.123",
                    "-1.500000000",
                    "-0.250000000 870",
                    "00FF",
                    "{}"};
  const auto id = NewOrderedUuid();
  const TextRow nothing(columns.size());
  const auto result = store->WriteText(id, "ADA", columns, {row, nothing});
  REQUIRE(result);
  std::string expected;
  std::string nulls;
  for (const auto& value : row) {
    expected += (expected.empty() ? "[\"" : "\",\"") + *value;
    nulls += nulls.empty() ? "[null" : ",null";
  }
  expected += "\"]," + nulls + "]";
  CHECK(*store->ReadJson(**result, std::nullopt) == expected);
  CHECK(*store->ReadJson(**store->Find(id, "ADA"), std::nullopt) == expected);
  CHECK((*store->Read(**result))->Next().ValueOrDie()->num_rows() == 2);
  CHECK(!store->WriteText(id, "ADA", {columns[0]}, {{"twelve"}}));
  CHECK(!store->WriteText(id, "ADA", {columns[0]}, {{"1", "2"}}));
}

TEST_CASE("results: rowtype says what Snowflake says of each kind of column") {
  ResultColumn text{"NAME", *types::Parse("VARCHAR(10)"), false, "FIRN", "PUBLIC", "T"};
  ResultColumn number{"N", *types::Parse("NUMBER(10,2)"), true, "", "", ""};
  ResultColumn time{"AT", *types::Parse("TIMESTAMP_NTZ(9)"), true, "", "", ""};
  CHECK(RowType({text, number, time}) ==
        R"([{"name":"NAME","database":"FIRN","schema":"PUBLIC","table":"T","nullable":false,)"
        R"("type":"text","length":10,"byteLength":40,"precision":null,"scale":null,)"
        R"("collation":null},{"name":"N","database":"","schema":"","table":"","nullable":true,)"
        R"("type":"fixed","length":null,"byteLength":null,"precision":10,"scale":2,)"
        R"("collation":null},{"name":"AT","database":"","schema":"","table":"","nullable":true,)"
        R"("type":"timestamp_ntz","length":null,"byteLength":null,"precision":0,"scale":9,)"
        R"("collation":null}])");
}

}  // namespace
}  // namespace firn::results
