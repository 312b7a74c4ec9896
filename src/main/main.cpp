#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "cli/cli.hpp"
#include "main/daemon.hpp"
#include "observe/log.hpp"

namespace {

std::string FromEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

firn::Result<firn::DaemonSettings> ReadSettings(const firn::cli::UpOptions& options) {
  firn::DaemonSettings settings;
  settings.home = options.home;
  const auto colon = options.listen.rfind(':');
  if (colon == std::string::npos) {
    return firn::Error{firn::Code::kInvalid,
                       "--listen is '" + options.listen + "'; it must be HOST:PORT"};
  }
  settings.host = options.listen.substr(0, colon);
  if (settings.host.starts_with('[') && settings.host.ends_with(']')) {
    settings.host = settings.host.substr(1, settings.host.size() - 2);
  }
  const auto port = options.listen.substr(colon + 1);
  char* end = nullptr;
  const auto number = std::strtoul(port.c_str(), &end, 10);
  if (port.empty() || *end != '\0' || number > 65535) {
    return firn::Error{firn::Code::kInvalid,
                       "--listen has the port '" + port + "'; it must be a number from 0 to 65535"};
  }
  settings.port = static_cast<std::uint16_t>(number);
  settings.names = options.names;
  settings.certificate = options.certificate;
  settings.private_key = options.private_key;
  settings.retention_days = options.retention_days;
  settings.warn_disk_percent = options.warn_disk_percent;
  settings.refuse_disk_percent = options.refuse_disk_percent;
  settings.memory_limit_bytes = options.memory_limit_bytes;
  settings.threads = options.threads;
  settings.extensions = FromEnvironment("FIRN_EXTENSIONS", FIRN_DEFAULT_EXTENSIONS);
  settings.python = FromEnvironment("FIRN_PYTHON", FIRN_DEFAULT_PYTHON);
  settings.python_path = FromEnvironment("FIRN_PYTHON_PATH", FIRN_DEFAULT_PYTHON_PATH);
  return settings;
}

/// What the daemon cannot run without, said before anything is made.
firn::Status CheckSettings(const firn::DaemonSettings& settings) {
  if (settings.warn_disk_percent > settings.refuse_disk_percent) {
    return firn::Error{firn::Code::kInvalid,
                       "--disk-warn is above --disk-refuse; a warning comes before the refusal"};
  }
  const bool path = settings.python.find('/') != std::string::npos;
  if (path && access(settings.python.c_str(), X_OK) != 0) {
    return firn::Error{firn::Code::kNotFound,
                       "the translator's Python " + settings.python +
                           " is not there; run `make setup`, or set FIRN_PYTHON to a Python that "
                           "has sqlglot"};
  }
  std::error_code failed;
  const auto extension = settings.extensions / "ducklake.duckdb_extension";
  if (!std::filesystem::exists(extension, failed)) {
    return firn::Error{firn::Code::kNotFound, "the extension " + extension.string() +
                                                  " is not there; run `make setup`, or set "
                                                  "FIRN_EXTENSIONS to the folder that holds it"};
  }
  return {};
}

/// Runs the daemon until SIGTERM or SIGINT.
int Up(const firn::cli::UpOptions& options) {
  // Blocked before any thread starts, so that every thread inherits it and sigwait gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // Many threads that come and go would each keep an arena; two keep the daemon's memory small.
  mallopt(M_ARENA_MAX, 2);

  const auto fail = [](const firn::Error& error) {
    std::fprintf(stderr, "firn: %s\n", error.message.c_str());
    return firn::ExitStatus(error.code);
  };
  const auto settings = ReadSettings(options);
  if (!settings) return fail(settings.error());
  if (const auto good = CheckSettings(*settings); !good) return fail(good.error());
  if (const auto made = firn::MakeFolders(settings->home / "logs", 0700); !made) {
    return fail({firn::Code::kDenied, "the home " + settings->home.string() +
                                          " cannot be used: " + made.error().message +
                                          "; give another with --home or $FIRN_HOME"});
  }
  firn::observe::Install(
      (settings->home / "logs" / "firn.log").string(),
      options.verbose ? firn::observe::Level::kDebug : firn::observe::Level::kInfo);
  auto daemon = firn::Daemon::Start(*settings);
  if (!daemon) {
    firn::observe::Logger().Error("daemon.not_started",
                                  {{"because", std::string_view(daemon.error().message)}});
    return fail(daemon.error());
  }
  firn::observe::Logger().Info("daemon.ready", {{"url", std::string_view((*daemon)->url())}});
  std::printf("Firn is ready at %s\n", (*daemon)->url().c_str());
  if (!(*daemon)->outside_url().empty()) {
    std::printf("and from other machines at %s\n", (*daemon)->outside_url().c_str());
  }
  std::printf("home: %s\n", settings->home.c_str());
  std::fflush(stdout);
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  firn::observe::Logger().Info("daemon.stopping", {{"signal", std::int64_t{signal_number}}});
  (*daemon)->Stop();
  firn::observe::Logger().Info("daemon.stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return firn::cli::Run(argc, argv, Up); }
