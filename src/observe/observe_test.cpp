#include <stdlib.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include "base/files.hpp"
#include "observe/audit.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"

namespace firn::observe {
namespace {

namespace fs = std::filesystem;

class TempFolder {
 public:
  TempFolder() {
    auto pattern = (fs::temp_directory_path() / "firn-observe-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() { fs::remove_all(path_); }
  std::string operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::vector<std::string> Lines(const std::string& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

boost::json::object Parse(const std::string& line) { return boost::json::parse(line).as_object(); }

void Put(const std::string& file, const std::vector<std::string>& lines) {
  std::ofstream out(file, std::ios::trunc);
  for (const auto& line : lines) out << line << '\n';
}

}  // namespace

TEST_CASE("log: a line is JSON with its fields, whatever bytes they hold") {
  const TempFolder folder;
  const auto file = folder / "firn.log";
  Log log(file, Level::kInfo);
  log.Debug("not.shown");
  log.Info("job.started", {{"text", "a \"quote\" \\ \n\t\x01 \xC3\xA9 \xFF\xC3(\xED\xA0\x80"},
                           {"count", 7},
                           {"share", 0.25},
                           {"nan", std::numeric_limits<double>::quiet_NaN()},
                           {"ok", true}});
  const auto lines = Lines(file);
  REQUIRE(lines.size() == 1);
  const auto line = Parse(lines[0]);
  CHECK(line.at("level") == "info");
  CHECK(line.at("event") == "job.started");
  CHECK(line.at("ts").as_string().size() == 24);
  CHECK(line.at("text").as_string() ==
        "a \"quote\" \\ \n\t\x01 \xC3\xA9 \uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD");
  CHECK(line.at("count") == 7);
  CHECK(line.at("share") == 0.25);
  CHECK(line.at("nan").is_null());
  CHECK(line.at("ok") == true);
}

TEST_CASE("log: threads neither mix nor lose lines while the file rotates") {
  const TempFolder folder;
  const auto file = folder / "firn.log";
  constexpr int kThreads = 8;
  constexpr int kLines = 200;
  {
    Log log(file, Level::kInfo, {.limit_bytes = 40'000, .keep = 5});
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&log, t] {
        for (int i = 0; i < kLines; ++i) log.Info("tick", {{"thread", t}, {"i", i}});
      });
    }
  }
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(file).parent_path())) {
    CHECK(entry.file_size() <= 40'000);
    for (const auto& line : Lines(entry.path())) count += Parse(line).contains("thread") ? 1 : 0;
  }
  CHECK(count == std::size_t{kThreads} * kLines);
  CHECK(fs::exists(file + ".1"));
}

TEST_CASE("log: rotation keeps no more files than asked") {
  const TempFolder folder;
  const auto file = folder / "firn.log";
  Log log(file, Level::kInfo, {.limit_bytes = 200, .keep = 2});
  for (int i = 0; i < 20; ++i) log.Info("tick", {{"i", i}});
  CHECK(fs::exists(file + ".2"));
  CHECK_FALSE(fs::exists(file + ".3"));
  CHECK(Parse(Lines(file).back()).at("i") == 19);
}

TEST_CASE("log: what cannot be written is counted and told later") {
  const TempFolder folder;
  const auto file = folder / "firn.log";
  fs::create_symlink("/dev/full", file);
  Log full(file, Level::kInfo);
  full.Info("lost");
  full.Info("lost");

  fs::create_directory(folder / "absent");
  const auto late = folder / "late/firn.log";
  Log log(late, Level::kInfo);
  log.Info("lost");
  log.Info("lost");
  fs::create_directory(folder / "late");
  log.Info("written");
  const auto lines = Lines(late);
  REQUIRE(lines.size() == 2);
  CHECK(Parse(lines[0]).at("event") == "log.lost");
  CHECK(Parse(lines[0]).at("lines") == 2);
  CHECK(Parse(lines[1]).at("event") == "written");
}

TEST_CASE("log: a closed pipe on stderr does not end the program") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  close(ends[0]);
  const UniqueFd saved(dup(STDERR_FILENO));
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  Log("", Level::kInfo).Error("nobody.reads");
  dup2(saved.get(), STDERR_FILENO);
  CHECK(true);
}

TEST_CASE("metrics: the text is in Prometheus' format") {
  Metrics metrics;
  auto& ok = metrics.AddCounter("firn_logins_total", "Logins.\nBy \\ result", R"(result="ok")");
  metrics.AddCounter("firn_logins_total", "", R"(result="no")").Add(3);
  CHECK(&ok == &metrics.AddCounter("firn_logins_total", "", R"(result="ok")"));
  ok.Add();
  metrics.AddGauge("firn_memory_bytes", "Memory.", [] { return 1.5e9; });
  const auto text = metrics.Render();
  CHECK(text ==
        "# HELP firn_logins_total Logins.\\nBy \\\\ result\n"
        "# TYPE firn_logins_total counter\n"
        "firn_logins_total{result=\"no\"} 3\n"
        "firn_logins_total{result=\"ok\"} 1\n"
        "# HELP firn_memory_bytes Memory.\n"
        "# TYPE firn_memory_bytes gauge\n"
        "firn_memory_bytes 1.5e+09\n");
}

TEST_CASE("metrics: a histogram's buckets are cumulative and end with +Inf") {
  Metrics metrics;
  auto& histogram = metrics.AddHistogram("firn_query_seconds", "Queries.", R"(door="http")");
  for (const double seconds : {0.0005, 0.0007, 0.02, 61.0, -1.0}) histogram.Observe(seconds);
  const auto text = metrics.Render();
  CHECK(text.find("# TYPE firn_query_seconds histogram\n") != std::string::npos);
  const auto has = [&](const std::string& line) {
    return text.find(line + '\n') != std::string::npos;
  };
  CHECK(has(R"(firn_query_seconds_bucket{door="http",le="0.0005"} 2)"));
  CHECK(has(R"(firn_query_seconds_bucket{door="http",le="0.001"} 3)"));
  CHECK(has(R"(firn_query_seconds_bucket{door="http",le="0.025"} 4)"));
  CHECK(has(R"(firn_query_seconds_bucket{door="http",le="60"} 4)"));
  CHECK(has(R"(firn_query_seconds_bucket{door="http",le="+Inf"} 5)"));
  CHECK(has(R"(firn_query_seconds_sum{door="http"} 61.0212)"));
  CHECK(has(R"(firn_query_seconds_count{door="http"} 5)"));
}

TEST_CASE("metrics: threads count while another renders") {
  Metrics metrics;
  auto& counter = metrics.AddCounter("firn_ticks_total", "Ticks.");
  auto& histogram = metrics.AddHistogram("firn_tick_seconds", "Ticks.");
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          counter.Add();
          histogram.Observe(0.01);
        }
      });
    }
    for (int i = 0; i < 20; ++i) CHECK_FALSE(metrics.Render().empty());
  }
  CHECK(counter.value() == 4000);
  CHECK(metrics.Render().find("firn_tick_seconds_count 4000\n") != std::string::npos);
}

TEST_CASE("audit: the chain holds over threads and a reopening") {
  const TempFolder folder;
  const auto file = folder / "audit.jsonl";
  for (int round = 0; round < 2; ++round) {
    auto audit = Audit::Open(file);
    REQUIRE(audit);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&audit, t] {
        for (int i = 0; i < 50; ++i) (*audit)->Record("login", {{"user", "ANNA"}, {"thread", t}});
      });
    }
  }
  CHECK(Lines(file).size() == 400);
  CHECK(Audit::Verify(file));
}

TEST_CASE("audit: a line removed, changed or cut shows with its number") {
  const TempFolder folder;
  const auto file = folder / "audit.jsonl";
  {
    auto audit = Audit::Open(file);
    REQUIRE(audit);
    for (int i = 0; i < 5; ++i) (*audit)->Record("grant", {{"i", i}});
  }
  const auto lines = Lines(file);
  const auto complains_about = [&](int number) {
    const auto status = Audit::Verify(file);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::kInvalid);
    CHECK(status.error().message.starts_with("Line " + std::to_string(number) + " "));
  };
  auto removed = lines;
  removed.erase(removed.begin() + 2);
  Put(file, removed);
  complains_about(3);

  auto changed = lines;
  changed[1].replace(changed[1].find("\"i\":1"), 5, "\"i\":7");
  Put(file, changed);
  complains_about(3);

  Put(file, {lines.begin() + 1, lines.end()});
  complains_about(1);

  auto cut = lines;
  cut[2].resize(30);
  Put(file, cut);
  complains_about(3);

  Put(file, lines);
  CHECK(Audit::Verify(file));
}

TEST_CASE("audit: an unfinished last line is kept as an event and the chain goes on") {
  const TempFolder folder;
  const auto file = folder / "audit.jsonl";
  {
    auto audit = Audit::Open(file);
    REQUIRE(audit);
    (*audit)->Record("login", {{"user", std::string(200'000, 'x')}});
  }
  std::ofstream(file, std::ios::app) << R"({"ts":"2026)";
  CHECK_FALSE(Audit::Verify(file));
  {
    auto audit = Audit::Open(file);
    REQUIRE(audit);
    (*audit)->Record("logout", {});
  }
  CHECK(Audit::Verify(file));
  const auto lines = Lines(file);
  REQUIRE(lines.size() == 3);
  CHECK(Parse(lines[1]).at("event") == "audit.torn");
  CHECK(Parse(lines[1]).at("text") == R"({"ts":"2026)");
}

TEST_CASE("audit: a full disk loses records but not the program") {
  const TempFolder folder;
  const auto file = folder / "firn.log";
  fs::create_symlink("/dev/full", file);
  auto audit = Audit::Open(file);
  if (audit) (*audit)->Record("login", {});
  CHECK(true);
}

}  // namespace firn::observe
