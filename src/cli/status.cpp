#include <sys/statvfs.h>
#include <unistd.h>

#include <boost/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "cli/output.hpp"
#include "cli/process.hpp"
#include "cli/session.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {
namespace {

namespace json = boost::json;

/// name -> value of a Prometheus text; series with labels are left out.
std::map<std::string, double> ReadMetrics(const std::string& text) {
  std::map<std::string, double> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.find(' ');
    if (line.starts_with('#') || space == std::string::npos) continue;
    if (line.find('{') == std::string::npos) out[line.substr(0, space)] = std::atof(&line[space]);
  }
  return out;
}

/// Seconds since the process began; -1 when the kernel does not say.
double UptimeS(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto after_name = text.rfind(") ");
  if (after_name == std::string::npos) return -1;
  std::istringstream rest(text.substr(after_name + 2));
  std::string word;
  for (int field = 3; field <= 22 && rest >> word; ++field) {
  }
  double up = 0;
  std::ifstream("/proc/uptime") >> up;
  return up - std::atof(word.c_str()) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

json::object Disk(const std::filesystem::path& home) {
  struct statvfs disk {};
  if (statvfs(home.c_str(), &disk) != 0) return {};
  const auto block = static_cast<std::int64_t>(disk.f_frsize);
  const auto total = static_cast<std::int64_t>(disk.f_blocks) * block;
  const auto free = static_cast<std::int64_t>(disk.f_bavail) * block;
  return {{"total_bytes", total}, {"free_bytes", free}};
}

void Print(const json::object& status) {
  const auto line = [](const char* name, const std::string& text) {
    std::printf("%-12s %s\n", name, text.c_str());
  };
  const auto text = [&](std::string_view key) -> std::string {
    const auto* value = status.if_contains(key);
    if (value == nullptr || value->is_null()) return "unknown";
    return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
  };
  line("Firn", text("state"));
  line("home", text("home"));
  if (const auto& disk = status.at("disk").as_object(); !disk.empty()) {
    line("disk", BytesText(disk.at("free_bytes").as_int64()) + " free of " +
                     BytesText(disk.at("total_bytes").as_int64()));
  }
  if (text("state") == "stopped") return;
  line("address", text("url"));
  if (status.contains("outside_url")) line("outside", text("outside_url"));
  line("process", text("pid"));
  line("version", text("version"));
  if (const auto* up = status.if_contains("uptime_s")) {
    const auto seconds = static_cast<std::int64_t>(up->to_number<double>());
    line("up", std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) +
                   " min " + std::to_string(seconds % 60) + " s");
  }
  line("sessions", text("sessions"));
  line("statements",
       text("statements_running") + " running, " + text("statements_total") + " ended");
}

/// What the running daemon says about itself.
void Ask(const Endpoint& endpoint, const std::filesystem::path& home, json::object& status) {
  status["url"] = endpoint.url;
  if (!endpoint.outside_url.empty()) status["outside_url"] = endpoint.outside_url;
  const auto url = net::ParseUrl(endpoint.url);
  if (!url) return;
  net::Client client(*url);
  const auto ready = client.Send("GET", "/readyz", {}, {}, 5'000);
  status["state"] = ready && ready->status == 200 ? "running" : "not answering";
  const auto metrics = client.Send("GET", "/metrics", {}, {}, 5'000);
  if (!metrics || metrics->status != 200) return;
  const auto values = ReadMetrics(metrics->body);
  for (const auto* name : {"sessions", "statements_running", "statements_total",
                           "statements_failed_total", "disk_used_percent", "engine_memory_bytes"}) {
    const auto at = values.find("firn_" + std::string(name));
    if (at != values.end()) status[name] = static_cast<std::int64_t>(at->second);
  }
  if (const auto session = Session::OpenDefault(home)) {
    status["version"] = session->server_version();
  }
}

}  // namespace

Ended RunStatus(const Common& common) {
  json::object status{
      {"state", "stopped"}, {"home", common.home.string()}, {"disk", Disk(common.home)}};
  FIRN_TRY(const auto pid, FindDaemon(common.home));
  if (pid) {
    status["pid"] = *pid;
    status["state"] = "starting or stopping";
    status["uptime_s"] = UptimeS(*pid);
    if (const auto endpoint = ReadEndpoint(common.home); endpoint && endpoint->pid == *pid) {
      Ask(*endpoint, common.home, status);
    }
  }
  if (common.json) {
    std::printf("%s\n", json::serialize(status).c_str());
  } else {
    Print(status);
  }
  return pid ? 0 : ExitStatus(Code::kUnavailable);
}

}  // namespace firn::cli
