// What test_durability.py traces: engine_driver FOLDER EXTENSIONS COMMAND
//   write    one statement of each kind, a marker on stderr before and after each
//   measure  microseconds and milliseconds of the engine's basic operations
#include <arrow/record_batch.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "engine/engine.hpp"

namespace {

using namespace firn::engine;
using Clock = std::chrono::steady_clock;

/// Of all threads; what a busy machine does not change.
double CpuMilliseconds() { return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC; }

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void Mark(const std::string& text) {
  const auto line = "MARK " + text + "\n";
  (void)!write(STDERR_FILENO, line.data(), line.size());
}

bool Run(Connection& connection, const std::string& name, const std::string& sql) {
  Mark("begin " + name);
  const auto done = connection.Execute(sql);
  Mark("acknowledged " + name);
  if (!done) std::fprintf(stderr, "%s: %s\n", name.c_str(), done.error().message.c_str());
  return done.has_value();
}

int Write(Engine& engine) {
  auto connection = *engine.Connect();
  bool good = Run(*connection, "schema", "CREATE SCHEMA lake.\"FIRN.PUBLIC\"") &&
              Run(*connection, "table", "CREATE TABLE lake.\"FIRN.PUBLIC\".\"T\" (a BIGINT)") &&
              Run(*connection, "inlined", "INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" VALUES (1)") &&
              Run(*connection, "file",
                  "INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" SELECT range FROM range(5000)") &&
              Run(*connection, "delete", "DELETE FROM lake.\"FIRN.PUBLIC\".\"T\" WHERE a < 100") &&
              Run(*connection, "update",
                  "UPDATE lake.\"FIRN.PUBLIC\".\"T\" SET a = a + 1 WHERE a < 1000") &&
              Run(*connection, "ctas",
                  "CREATE TABLE lake.\"FIRN.PUBLIC\".\"U\" AS SELECT * FROM "
                  "lake.\"FIRN.PUBLIC\".\"T\"");
  good = good && connection->Begin();
  good = good && connection->Execute(
                     "INSERT INTO lake.\"FIRN.PUBLIC\".\"T\" "
                     "SELECT range FROM range(7000)");
  good = good && connection->Execute("DELETE FROM lake.\"FIRN.PUBLIC\".\"T\" WHERE a % 7 = 0");
  Mark("begin transaction");
  good = good && connection->Commit();
  Mark("acknowledged transaction");
  return good ? 0 : 1;
}

int Measure(Engine& engine) {
  auto connection = *engine.Connect();
  constexpr int kSelects = 2000;
  auto start = Clock::now();
  auto cpu = CpuMilliseconds();
  for (int i = 0; i < kSelects; ++i) {
    auto stream = *connection->Query("SELECT 1");
    while (*stream->Next() != nullptr) {
    }
  }
  std::printf("SELECT 1: %.0f us, %.0f us of CPU\n", MillisecondsSince(start) * 1000 / kSelects,
              (CpuMilliseconds() - cpu) * 1000 / kSelects);
  (void)connection->Execute("CREATE TABLE lake.t (a BIGINT)");
  constexpr int kInserts = 50;
  start = Clock::now();
  cpu = CpuMilliseconds();
  for (int i = 0; i < kInserts; ++i) (void)connection->Execute("INSERT INTO lake.t VALUES (1)");
  std::printf("insert of one row: %.1f ms, %.1f ms of CPU\n", MillisecondsSince(start) / kInserts,
              (CpuMilliseconds() - cpu) / kInserts);
  (void)connection->Execute(
      "CREATE TABLE lake.w AS SELECT range AS a, range % 100 AS b, range * 1.5::DOUBLE AS c, "
      "(range % 1000)::DECIMAL(10,2) AS d, 'name ' || range AS e, DATE '2020-01-01' + "
      "(range % 1000)::INT AS f, TIMESTAMP '2020-01-01' + to_seconds(range) AS g "
      "FROM range(3000000)");
  start = Clock::now();
  cpu = CpuMilliseconds();
  auto stream = *connection->Query("SELECT * FROM lake.w");
  std::int64_t rows = 0;
  while (const auto batch = *stream->Next()) rows += batch->num_rows();
  std::printf("%ld rows x 7 columns to Arrow: %.2f s, %.2f s of CPU\n", rows,
              MillisecondsSince(start) / 1000, (CpuMilliseconds() - cpu) / 1000);
  start = Clock::now();
  cpu = CpuMilliseconds();
  for (int i = 0; i < 200; ++i) (void)connection->TableNames("SELECT * FROM lake.w, lake.t");
  std::printf("TableNames: %.0f us, %.0f us of CPU\n", MillisecondsSince(start) * 1000 / 200,
              (CpuMilliseconds() - cpu) * 1000 / 200);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const std::filesystem::path folder = arguments[1];
  const auto start = Clock::now();
  auto engine = Engine::Open({folder / "lake", arguments[2], folder / "spill", 512LL << 20, 2});
  if (!engine) {
    std::fprintf(stderr, "%s\n", engine.error().message.c_str());
    return 1;
  }
  std::printf("open: %.0f ms, %.0f ms of CPU\n", MillisecondsSince(start), CpuMilliseconds());
  return arguments[3] == std::string("write") ? Write(**engine) : Measure(**engine);
}
