#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <system_error>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/names.hpp"
#include "results/arrays.hpp"
#include "results/decode.hpp"
#include "results/encoder.hpp"
#include "results/file_sink.hpp"
#include "results/meta.hpp"
#include "results/small_log.hpp"
#include "results/spool.hpp"
#include "results/stream_reader.hpp"
#include "results/text_rows.hpp"

namespace firn::results {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMetaFile = "meta.json";
constexpr const char* kInlineFile = "inline.arrow";
constexpr const char* kSmallFolder = "small";

/// Ids come from users too (RESULT_SCAN), and they name folders: nothing but a UUID passes.
bool IsUuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');
    if (dash ? id[i] != '-' : !digit) return false;
  }
  return true;
}

Error Missing(std::string_view id) {
  return SqlError(Code::kNotFound, 709, "02000",
                  "Statement " + std::string(id) +
                      " not found: there is no such result, or it is older than a day.");
}

std::string PackSmall(const std::string& meta, const std::string& arrow) {
  const auto size = static_cast<std::uint32_t>(meta.size());
  std::string content(sizeof size, '\0');
  std::memcpy(content.data(), &size, sizeof size);
  return content + meta + arrow;
}

Result<Meta> UnpackSmall(std::string_view content) {
  std::uint32_t size = 0;
  if (content.size() < sizeof size) return Error{Code::kInternal, "a kept result is broken."};
  std::memcpy(&size, content.data(), sizeof size);
  content.remove_prefix(sizeof size);
  if (content.size() < size) return Error{Code::kInternal, "a kept result is broken."};
  FIRN_TRY(auto meta, MetaFromJson(content.substr(0, size)));
  meta.result.inline_arrow = content.substr(size);
  return meta;
}

Result<Meta> LoadFolder(const fs::path& folder) {
  FIRN_TRY(const auto json, ReadFile(folder / kMetaFile));
  FIRN_TRY(auto meta, MetaFromJson(json));
  for (Chunk& chunk : meta.result.chunks) {
    chunk.file = folder / chunk.file.filename();
    std::error_code error;
    const auto bytes = fs::file_size(chunk.file, error);
    if (error || static_cast<std::int64_t>(bytes) != chunk.bytes) {
      return Error{Code::kInvalid,
                   "a chunk of the result in " + folder.string() + " is missing or short."};
    }
  }
  return meta;
}

class Store : public ResultStore {
 public:
  Store(Settings settings, std::unique_ptr<SmallLog> small)
      : settings_(std::move(settings)), small_(std::move(small)) {}

  Status Scan();

  Result<std::shared_ptr<const ResultSet>> Write(const std::string& query_id,
                                                 const std::string& owner, engine::Stream& stream,
                                                 const std::vector<ResultColumn>& columns) override;
  Result<std::shared_ptr<const ResultSet>> WriteText(const std::string& query_id,
                                                     const std::string& owner,
                                                     const std::vector<ResultColumn>& columns,
                                                     const std::vector<TextRow>& rows) override;
  Result<std::shared_ptr<const ResultSet>> Find(const std::string& query_id,
                                                const std::string& owner) override;
  Result<std::shared_ptr<arrow::RecordBatchReader>> Read(const ResultSet& result) override {
    return OpenDecoded(result);
  }
  Result<std::string> ReadJson(const ResultSet& result, std::optional<std::size_t> part) override;
  Result<std::int64_t> Sweep(std::int64_t now_ms) override;
  [[nodiscard]] std::int64_t UsedBytes() const override {
    return used_bytes_.load() + small_->UsedBytes();
  }

 private:
  struct Kept {
    std::int64_t created_ms = 0;
    std::int64_t bytes = 0;
  };
  /// The bytes that a result under way holds of the quota; Keep() counts the real size.
  struct Hold {
    std::atomic<std::int64_t>& used;
    std::int64_t bytes = 0;
    ~Hold() { used -= bytes; }
  };

  Status Reserve(Hold& hold, std::int64_t bytes);
  Spool MakeSpool(const std::string& id, int generation, Hold& hold);
  Result<std::shared_ptr<const ResultSet>> Keep(const std::string& id, const std::string& owner,
                                                Spool& spool, std::vector<ResultColumn> columns);
  bool RemoveOldest();
  std::int64_t Remove(const std::string& id);

  const Settings settings_;
  const std::unique_ptr<SmallLog> small_;
  std::atomic<std::int64_t> used_bytes_{0};  ///< of the folders, those under way included
  std::mutex mutex_;
  std::unordered_map<std::string, Kept> kept_;  ///< the results that have a folder
};

Status Store::Scan() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(settings_.folder, error)) {
    const std::string id = entry.path().filename().string();
    if (!IsUuid(id)) continue;
    // Without a whole description and every chunk, the result was cut off: it is of no use.
    const auto meta = LoadFolder(entry.path());
    if (!meta) {
      fs::remove_all(entry.path(), error);
      continue;
    }
    std::int64_t bytes = 0;
    for (const Chunk& chunk : meta->result.chunks) bytes += chunk.bytes;
    kept_[id] = {meta->created_ms, bytes};
    used_bytes_ += bytes;
  }
  return {};
}

std::int64_t Store::Remove(const std::string& id) {
  std::int64_t bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(id);
    if (found == kept_.end()) return 0;
    bytes = found->second.bytes;
    kept_.erase(found);
  }
  std::error_code ignored;
  fs::remove_all(settings_.folder / id, ignored);
  used_bytes_ -= bytes;
  return bytes;
}

bool Store::RemoveOldest() {
  std::string id;
  {
    const std::lock_guard lock(mutex_);
    const auto oldest = std::min_element(
        kept_.begin(), kept_.end(),
        [](const auto& a, const auto& b) { return a.second.created_ms < b.second.created_ms; });
    if (oldest == kept_.end()) return false;
    id = oldest->first;
  }
  Remove(id);
  return true;
}

Status Store::Reserve(Hold& hold, std::int64_t bytes) {
  hold.bytes += bytes;
  used_bytes_ += bytes;
  while (UsedBytes() > settings_.quota_bytes) {
    if (RemoveOldest()) continue;
    return Error{Code::kExhausted,
                 "The result is too large: results may take " +
                     std::to_string(settings_.quota_bytes >> 20) +
                     " MB of the disk in all. Select fewer rows, or write them to a table."};
  }
  return {};
}

Spool Store::MakeSpool(const std::string& id, int generation, Hold& hold) {
  return Spool(settings_.folder / id, std::to_string(generation) + "-", settings_,
               [this, &hold](std::int64_t bytes) { return Reserve(hold, bytes); });
}

Result<std::shared_ptr<const ResultSet>> Store::Write(const std::string& query_id,
                                                      const std::string& owner,
                                                      engine::Stream& stream,
                                                      const std::vector<ResultColumn>& columns) {
  const std::string id = LowerCase(query_id);
  if (!IsUuid(id)) return Error{Code::kInternal, "the query id " + id + " is no UUID."};
  Remove(id);
  Encoder encoder(columns, stream.columns(), *stream.schema());
  Hold hold{used_bytes_};
  int generation = 0;
  Spool spool = MakeSpool(id, generation, hold);
  auto schema = encoder.schema();
  while (true) {
    FIRN_TRY(const auto batch, stream.Next());
    if (!batch) break;
    FIRN_TRY(auto encoded, encoder.Encode(*batch));
    if (schema != encoder.schema()) {
      // A value is wider than all before it. Clients refuse to join chunks of two types, so what
      // is written already is written again; that is rare.
      FIRN_CHECK(spool.Finish(schema));
      Spool wider = MakeSpool(id, ++generation, hold);
      FIRN_CHECK(spool.Replay([&](const auto& old) -> Status {
        FIRN_TRY(auto upgraded, encoder.Upgrade(*old));
        return wider.Add(std::move(upgraded));
      }));
      spool = std::move(wider);
      schema = encoder.schema();
    }
    FIRN_CHECK(spool.Add(encoded));
  }
  FIRN_CHECK(spool.Finish(schema));
  return Keep(id, owner, spool, encoder.columns());
}

Result<std::shared_ptr<const ResultSet>> Store::WriteText(const std::string& query_id,
                                                          const std::string& owner,
                                                          const std::vector<ResultColumn>& columns,
                                                          const std::vector<TextRow>& rows) {
  const std::string id = LowerCase(query_id);
  if (!IsUuid(id)) return Error{Code::kInternal, "the query id " + id + " is no UUID."};
  Remove(id);
  std::vector<Target> targets;
  for (const auto& column : columns) targets.push_back({column, WireType(column.type)});
  FIRN_TRY(auto arrays, ParseTextRows(targets, rows));
  const Encoder encoder(std::move(targets));
  Hold hold{used_bytes_};
  Spool spool = MakeSpool(id, 0, hold);
  FIRN_CHECK(
      spool.Add(arrow::RecordBatch::Make(encoder.schema(), std::ssize(rows), std::move(arrays))));
  FIRN_CHECK(spool.Finish(encoder.schema()));
  return Keep(id, owner, spool, encoder.columns());
}

Result<std::shared_ptr<const ResultSet>> Store::Keep(const std::string& id,
                                                     const std::string& owner, Spool& spool,
                                                     std::vector<ResultColumn> columns) {
  Meta meta{owner, SystemClock().NowMs(), spool.Release()};
  meta.result.columns = std::move(columns);
  auto result = std::make_shared<ResultSet>(std::move(meta.result));
  meta.result.columns = result->columns;
  meta.result.total_rows = result->total_rows;
  meta.result.inline_rows = result->inline_rows;
  meta.result.chunks = result->chunks;
  const std::string json = MetaToJson(meta);
  if (result->chunks.empty()) {
    FIRN_CHECK(small_->Append(id, PackSmall(json, result->inline_arrow)));
    return std::shared_ptr<const ResultSet>(std::move(result));
  }
  const fs::path folder = settings_.folder / id;
  auto status = WriteFile(folder / kInlineFile, result->inline_arrow);
  // The description comes last: a folder with one is whole.
  if (status) status = WriteFile(folder / kMetaFile, json);
  if (!status) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return std::move(status).error();
  }
  std::int64_t bytes = 0;
  for (const Chunk& chunk : result->chunks) bytes += chunk.bytes;
  used_bytes_ += bytes;
  const std::lock_guard lock(mutex_);
  kept_[id] = {meta.created_ms, bytes};
  return std::shared_ptr<const ResultSet>(std::move(result));
}

Result<std::shared_ptr<const ResultSet>> Store::Find(const std::string& query_id,
                                                     const std::string& owner) {
  const std::string id = LowerCase(query_id);
  if (!IsUuid(id)) return Missing(id.substr(0, 64));
  bool in_folder = false;
  {
    const std::lock_guard lock(mutex_);
    in_folder = kept_.contains(id);
  }
  Result<Meta> meta = Missing(id);
  if (in_folder) {
    meta = LoadFolder(settings_.folder / id);
    auto bytes = ReadFile(settings_.folder / id / kInlineFile);
    if (!meta || !bytes) return Missing(id);
    meta->result.inline_arrow = *std::move(bytes);
  } else {
    FIRN_TRY(const auto content, small_->Find(id));
    if (content) meta = UnpackSmall(*content);
  }
  if (!meta) return std::move(meta).error();
  if (meta->owner != owner || meta->created_ms + settings_.keep_ms < SystemClock().NowMs()) {
    return Missing(id);
  }
  return std::shared_ptr<const ResultSet>(std::make_shared<ResultSet>(std::move(meta->result)));
}

Result<std::string> Store::ReadJson(const ResultSet& result, std::optional<std::size_t> part) {
  FIRN_TRY(auto reader, part ? OpenPart(result, *part) : OpenStreams(result));
  std::string rows;
  while (true) {
    std::shared_ptr<arrow::RecordBatch> batch;
    FIRN_CHECK(FromArrow(reader->ReadNext(&batch)));
    if (!batch) return rows;
    AppendJsonRows(*batch, result.columns, rows);
  }
}

Result<std::int64_t> Store::Sweep(std::int64_t now_ms) {
  std::vector<std::string> expired;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, kept] : kept_) {
      if (kept.created_ms + settings_.keep_ms < now_ms) expired.push_back(id);
    }
  }
  std::int64_t freed = 0;
  for (const auto& id : expired) freed += Remove(id);
  const std::int64_t before = UsedBytes();
  while (UsedBytes() > settings_.quota_bytes && RemoveOldest()) {
  }
  freed += before - UsedBytes();
  FIRN_TRY(const auto small, small_->Sweep(now_ms));
  return freed + small;
}

}  // namespace

Result<std::unique_ptr<ResultStore>> ResultStore::Open(const Settings& settings) {
  FIRN_CHECK(MakeFolders(settings.folder, 0700));
  SmallLog::Settings small{.folder = settings.folder / kSmallFolder, .keep_ms = settings.keep_ms};
  small.most_bytes = std::min(small.most_bytes, settings.quota_bytes / 4);
  small.segment_bytes = std::clamp<std::int64_t>(small.most_bytes / 4, 4096, small.segment_bytes);
  FIRN_TRY(auto log, SmallLog::Open(small));
  auto store = std::make_unique<Store>(settings, std::move(log));
  FIRN_CHECK(store->Scan());
  return std::unique_ptr<ResultStore>(std::move(store));
}

}  // namespace firn::results
