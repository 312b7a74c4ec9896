#include "store/postgres_cluster_test.hpp"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/files.hpp"

namespace firn::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kStartLimit{60};

/// The newest folder with PostgreSQL's server programs.
std::optional<fs::path> FindPrograms() {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (fs::exists(version.path() / "bin/initdb")) found.push_back(version.path() / "bin");
  }
  if (found.empty()) return std::nullopt;
  return *std::max_element(found.begin(), found.end());
}

/// PostgreSQL refuses to run as root; null when this program is not root.
const passwd* UnprivilegedUser() {
  if (geteuid() != 0) return nullptr;
  const auto* user = getpwnam("postgres");
  return user ? user : getpwnam("nobody");
}

/// Starts a program as the unprivileged user, its output in `log`.
pid_t Start(const std::vector<std::string>& argv, const fs::path& log) {
  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const auto* user = UnprivilegedUser();
  const auto uid = user ? user->pw_uid : 0;
  const auto gid = user ? user->pw_gid : 0;
  const auto parent = getpid();
  const auto pid = fork();
  if (pid != 0) return pid;
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  if (user && (setgroups(0, nullptr) != 0 || setgid(gid) != 0 || setuid(uid) != 0)) _exit(126);
  // After setuid, which would unset it: the server must not outlive a killed test.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent || chdir("/") != 0) _exit(125);
  execv(arguments[0], arguments.data());
  _exit(127);
}

Error Told(const std::string& what, const fs::path& log) {
  auto text = ReadFile(log);
  return Error{Code::kUnavailable, what + (text ? ":\n" + *text : std::string())};
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

}  // namespace

Result<PostgresCluster*> PostgresCluster::Get() {
  static PostgresCluster cluster;
  static const Status kReady = cluster.Prepare();
  if (!kReady) return kReady.error();
  return &cluster;
}

Status PostgresCluster::Prepare() {
  const auto programs = FindPrograms();
  if (!programs) {
    return Error{Code::kUnavailable,
                 "The store tests need PostgreSQL's server programs in /usr/lib/postgresql, and "
                 "there are none. Run `make setup`."};
  }
  auto pattern = (fs::temp_directory_path() / "firn-pg-XXXXXX").string();
  if (!mkdtemp(pattern.data())) return SystemError("mkdtemp", pattern);
  folder_ = pattern;
  if (const auto* user = UnprivilegedUser();
      user && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    return SystemError("chown", folder_);
  }
  const auto pid = Start({(*programs / "initdb").string(), "-D", folder_ / "data", "-U", "firn",
                          "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"},
                         folder_ / "log");
  int state = 0;
  if (pid < 0 || waitpid(pid, &state, 0) != pid || state != 0) {
    return Told("initdb did not succeed", folder_ / "log");
  }
  return StartServer();
}

Status PostgresCluster::StartServer() {
  server_ = Start({(*FindPrograms() / "postgres").string(), "-D", folder_ / "data", "-k", folder_,
                   "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB"},
                  folder_ / "log");
  const auto until = steady_clock::now() + kStartLimit;
  while (PQping(Url("postgres").c_str()) != PQPING_OK) {
    const bool ended = server_ < 0 || waitpid(server_, nullptr, WNOHANG) != 0;
    if (ended || steady_clock::now() > until) {
      if (ended) server_ = -1;
      return Told("PostgreSQL did not start", folder_ / "log");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {};
}

void PostgresCluster::StopServer() {
  if (server_ <= 0) return;
  kill(server_, SIGINT);  // "fast": ends the connections, then itself
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

Status PostgresCluster::Restart() {
  StopServer();
  return StartServer();
}

PostgresCluster::~PostgresCluster() {
  StopServer();
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string PostgresCluster::Url(const std::string& database) const {
  return "postgresql:///" + database + "?user=firn&host=" + folder_.string();
}

Result<std::string> PostgresCluster::MakeDatabase() {
  const auto name = "test" + std::to_string(++databases_);
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(Url("postgres").c_str()));
  auto* const reply = PQexec(connection.get(), ("CREATE DATABASE " + name).c_str());
  const bool made = PQresultStatus(reply) == PGRES_COMMAND_OK;
  PQclear(reply);
  if (!made) return Error{Code::kUnavailable, PQerrorMessage(connection.get())};
  return Url(name);
}

}  // namespace firn::store
