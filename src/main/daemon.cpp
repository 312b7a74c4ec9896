#include "main/daemon.hpp"

#include <ifaddrs.h>
#include <netdb.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <thread>

#include "access/access_service.hpp"
#include "catalog/catalog_service.hpp"
#include "doors/http/http_door.hpp"
#include "doors/snowflake/snowflake_door.hpp"
#include "engine/admission.hpp"
#include "engine/engine.hpp"
#include "engine/ingest.hpp"
#include "main/backup.hpp"
#include "main/connection_files.hpp"
#include "main/disk_watch.hpp"
#include "main/home.hpp"
#include "main/lake_upkeep.hpp"
#include "net/certificates.hpp"
#include "observe/audit.hpp"
#include "observe/log.hpp"
#include "queries/query_service.hpp"
#include "sql/translator.hpp"
#include "stages/stage_service.hpp"
#include "statements/connections.hpp"
#include "statements/temporary.hpp"
#include "store/database.hpp"
#include "tables/table_service.hpp"

namespace firn {
namespace {

constexpr int kStopGraceS = 5;
constexpr auto kHousekeepingEvery = std::chrono::seconds(5);
constexpr std::int64_t kHistoryKeepMs = 365LL * 24 * 3600 * 1000;
constexpr std::int64_t kIngestMemoryBytes = 512LL << 20;

std::int64_t MachineMemoryBytes() {
  struct sysinfo info {};
  if (sysinfo(&info) != 0) return 4LL << 30;
  return static_cast<std::int64_t>(info.totalram) * info.mem_unit;
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// What the certificate must name when nobody said: the host's names and all its addresses.
std::vector<std::string> OwnNames(const std::string& host) {
  std::vector<std::string> names{"localhost", "127.0.0.1"};
  if (host != "0.0.0.0" && host != "::") names.push_back(host);
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0') {
    names.emplace_back(name.data());
  }
  ifaddrs* interfaces = nullptr;
  if (getifaddrs(&interfaces) != 0) return names;
  for (const auto* at = interfaces; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET) continue;
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(at->ifa_addr, sizeof(sockaddr_in), text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      names.emplace_back(text.data());
    }
  }
  freeifaddrs(interfaces);
  return names;
}

std::string HostText(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

/// In the order in which they are made; they end in the reverse.
struct Daemon::Parts {
  explicit Parts(Home opened, const DaemonSettings& settings)
      : home(std::move(opened)),
        disk(home.folder(), {settings.warn_disk_percent, settings.refuse_disk_percent}) {}

  Home home;
  DiskWatch disk;
  observe::Metrics metrics;
  std::unique_ptr<observe::Audit> audit;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<access::AccessService> access;
  std::unique_ptr<catalog::CatalogService> catalog;
  std::unique_ptr<sql::Translator> translator;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<engine::Ingest> ingest;
  std::unique_ptr<results::ResultStore> results;
  std::unique_ptr<sessions::SessionService> sessions;
  std::unique_ptr<stages::StageService> stages;
  std::unique_ptr<tables::TableService> tables;
  std::unique_ptr<statements::ConnectionPool> connections;
  ChangeFirstMutex definitions;
  std::unique_ptr<statements::Services> services;
  std::unique_ptr<engine::Admission> admission;
  std::unique_ptr<queries::History> history;
  std::unique_ptr<queries::QueryService> queries;
  std::unique_ptr<doors::Timer> timer;
  std::unique_ptr<doors::SnowflakeServices> snowflake;
  std::unique_ptr<doors::HttpServices> http;
  std::unique_ptr<Backup> backup;
  std::unique_ptr<LakeUpkeep> upkeep;
  std::unique_ptr<doors::Router> router;
  std::unique_ptr<net::Server> local;
  std::unique_ptr<net::Server> outside;
  std::string url;
  std::string outside_url;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;  // guarded by mutex
  bool stopped = false;
  std::thread housekeeper;

  Status OpenStores(const DaemonSettings& settings);
  Status OpenServices(const DaemonSettings& settings);
  Status Reconcile();
  Status OpenWarehouse();
  Status Listen(const DaemonSettings& settings);
  void KeepHouse();
  void RunHousekeeper();
};

Status Daemon::Parts::OpenStores(const DaemonSettings& settings) {
  const auto& clock = SystemClock();
  FIRN_TRY(audit, observe::Audit::Open((home / "logs" / "audit.jsonl").string()));
  FIRN_TRY(database, store::Database::Open((home / "meta.db").string()));
  FIRN_TRY(access, access::AccessService::Open(*database, clock));
  access->SetLoginObserver([this](const access::LoginEvent& event) {
    audit->Record("login", {{"user", std::string_view(event.user)},
                            {"role", std::string_view(event.role)},
                            {"from", std::string_view(event.remote_address)},
                            {"outcome", access::LoginOutcomeName(event.outcome)}});
  });
  FIRN_TRY(catalog, catalog::CatalogService::Open(*database, *access, access->grants(), clock));

  engine::Settings lake;
  lake.lake_dir = home / "lake";
  lake.extension_dir = settings.extensions;
  lake.spill_dir = home / "spill";
  lake.memory_limit_bytes =
      settings.memory_limit_bytes > 0 ? settings.memory_limit_bytes : MachineMemoryBytes() / 2;
  lake.threads = settings.threads > 0 ? settings.threads
                                      : static_cast<int>(std::thread::hardware_concurrency());
  FIRN_TRY(engine, engine::Engine::Open(lake));
  // Its first second needs a whole core, which until here serves readiness better.
  sql::TranslatorSettings translation;
  translation.argv = {settings.python, "-m", "firn_translator"};
  translation.environment = {{"PYTHONPATH", settings.python_path.string()}};
  FIRN_TRY(translator, sql::Translator::Start(translation));
  FIRN_TRY(ingest, engine::Ingest::Open({home / "stages"}, kIngestMemoryBytes, lake.threads));
  admission = std::make_unique<engine::Admission>(
      engine::Admission::Settings{std::max(8, 4 * lake.threads), lake.memory_limit_bytes, 1000});

  results::Settings spool;
  spool.folder = home / "results";
  FIRN_TRY(results, results::ResultStore::Open(spool));
  FIRN_TRY(sessions, sessions::SessionService::Open(*database, clock));
  stages::Settings files;
  files.folder = home / "stages";
  FIRN_TRY(files.signing_key, home.Secret("stage.key"));
  FIRN_TRY(stages, stages::StageService::Open(*database, files, clock));
  return {};
}

Status Daemon::Parts::OpenServices(const DaemonSettings& settings) {
  const auto& clock = SystemClock();
  tables = std::make_unique<tables::TableService>(*catalog, *access, access->grants());
  connections = std::make_unique<statements::ConnectionPool>(*engine);
  services = std::make_unique<statements::Services>(statements::Services{
      *access, *catalog, *engine, *ingest, *results, *sessions, *translator, *stages, *tables,
      *connections, clock, [this] { return disk.MayWrite(); }, definitions,
      [this](const statements::PastQueries& wanted) { return history->List(wanted); },
      [this](std::int64_t session, const std::string& but) {
        queries->CancelSession(session, but);
      }});
  FIRN_TRY(history, queries::History::Open(*database, clock.NowMs()));
  queries = std::make_unique<queries::QueryService>(*services, *admission, *history, metrics,
                                                    queries::Settings{});
  timer = std::make_unique<doors::Timer>();
  FIRN_TRY(auto result_key, home.Secret("result.key"));
  snowflake = std::make_unique<doors::SnowflakeServices>(doors::SnowflakeServices{
      *access, *sessions, *catalog, *queries, *results, *timer, clock,
      [this](sessions::Session& session) { return statements::EndSession(*services, session); },
      std::move(result_key)});
  http = std::make_unique<doors::HttpServices>(doors::HttpServices{
      *stages, metrics, [] { return true; }, [this] { return disk.MayWrite(); }});
  backup = std::make_unique<Backup>(home, *database, *engine, *stages, definitions);
  upkeep = std::make_unique<LakeUpkeep>(*engine, disk, metrics,
                                        std::chrono::days(settings.retention_days));
  metrics.AddGauge("firn_sessions", "Sessions that have not ended.",
                   [this] { return static_cast<double>(sessions->Live().size()); });
  metrics.AddGauge("firn_disk_used_percent", "How full the disk of the home is.",
                   [this] { return static_cast<double>(disk.used_percent()); });
  metrics.AddGauge("firn_engine_memory_bytes", "Memory that DuckDB uses.",
                   [this] { return static_cast<double>(engine->MemoryUsedBytes()); });
  metrics.AddGauge("firn_translator_restarts", "How often a translator was started again.",
                   [this] { return static_cast<double>(translator->stats().restarts); });
  return {};
}

/// Brings the catalog and the lake together after whatever ended the last process.
Status Daemon::Parts::Reconcile() {
  FIRN_TRY(auto connection, engine->Connect());
  FIRN_CHECK(statements::DropLeftTemporaries(*connection));
  FIRN_TRY(const auto lake, tables::TableService::LakeTables(*connection));
  FIRN_TRY(const auto done, catalog->Reconcile(lake));
  for (const auto& line : done) {
    observe::Logger().Warn("catalog.reconciled", {{"what", std::string_view(line)}});
  }
  FIRN_CHECK(connection->Execute("CREATE SCHEMA IF NOT EXISTS \"lake\".\"FIRN.PUBLIC\""));
  return OpenWarehouse();
}

/// A warehouse is a name here, what runs is admitted for all alike; so everyone may use the first.
Status Daemon::Parts::OpenWarehouse() {
  const auto warehouse =
      catalog->Find(catalog::FirnsOwnScope(), catalog::ObjectKind::kWarehouse, {"FIRN_WH"});
  if (!warehouse) return {};
  FIRN_TRY(const auto everyone, access->roles().Find(std::string(access::kPublic)));
  const access::Giving usage{everyone.id, access::Bit(access::Privilege::kUsage), false,
                             "SYSADMIN"};
  return access->grants().GiveOnce("warehouse", usage, catalog::ObjectKind::kWarehouse,
                                   (*warehouse)->id);
}

Status Daemon::Parts::Listen(const DaemonSettings& settings) {
  auto routes = doors::SnowflakeRoutes(*snowflake);
  for (auto& route : doors::HttpRoutes(*http)) routes.push_back(std::move(route));
  for (auto& route : backup->Routes(*snowflake)) routes.push_back(std::move(route));
  router = std::make_unique<doors::Router>(std::move(routes));
  const auto handle = [this](net::Request request, std::shared_ptr<net::Responder> responder) {
    router->Handle(std::move(request), std::move(responder));
  };
  const auto plan = [this](const net::Request& head) { return router->Plan(head); };

  const bool loopback = IsLoopback(settings.host);
  net::Settings plain;
  plain.host = loopback ? settings.host : "127.0.0.1";
  plain.port = loopback ? settings.port : 0;
  if (!loopback) {
    // Beyond loopback everything is TLS; clients on this machine keep a plain address of their own.
    net::Settings tls;
    tls.host = settings.host;
    tls.port = settings.port;
    auto names = settings.names;
    if (names.empty()) names = OwnNames(settings.host);
    if (settings.certificate.empty()) {
      FIRN_TRY(tls.tls, net::EnsureServerCertificate(home / "secrets", names));
    } else {
      tls.tls = net::TlsFiles{settings.certificate, settings.private_key};
    }
    FIRN_TRY(outside, net::Server::Start(tls, handle, plan));
    const auto& shown = settings.names.empty() ? settings.host : settings.names.front();
    outside_url = "https://" + HostText(shown) + ":" + std::to_string(outside->port());
  }
  FIRN_TRY(local, net::Server::Start(plain, handle, plan));
  url = "http://" + HostText(plain.host) + ":" + std::to_string(local->port());
  return WriteConnectionFiles(home, *access, local->port(), url, outside_url,
                              SystemClock().NowMs());
}

void Daemon::Parts::KeepHouse() {
  const auto now_ms = SystemClock().NowMs();
  disk.Look();
  upkeep->Look();
  std::vector<std::shared_ptr<sessions::Session>> before = sessions->Live();
  const auto ended = sessions->Sweep();
  for (const auto& session : before) {
    if (std::find(ended.begin(), ended.end(), session->id()) == ended.end()) continue;
    if (const auto done = statements::EndSession(*services, *session); !done) {
      observe::Logger().Warn("session.left_something",
                             {{"because", std::string_view(done.error().message)}});
    }
  }
  const auto warn = [](std::string_view event, const Error& error) {
    observe::Logger().Warn(event, {{"because", std::string_view(error.message)}});
  };
  if (const auto swept = results->Sweep(now_ms); !swept) warn("results.sweep", swept.error());
  if (const auto forgotten = history->Forget(now_ms - kHistoryKeepMs); !forgotten) {
    warn("history.forget", forgotten.error());
  }
}

void Daemon::Parts::RunHousekeeper() {
  // What a crash left takes a while to find and hurts nobody: not on the way to being ready.
  upkeep->Look();
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, kHousekeepingEvery, [&] { return stopping; })) {
    lock.unlock();
    KeepHouse();
    lock.lock();
  }
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Daemon>> Daemon::Start(const DaemonSettings& settings) {
  FIRN_TRY(auto home, Home::Open(settings.home));
  auto parts = std::make_unique<Parts>(std::move(home), settings);
  parts->disk.Look();
  FIRN_CHECK(parts->OpenStores(settings));
  FIRN_CHECK(parts->Reconcile());
  FIRN_CHECK(parts->OpenServices(settings));
  FIRN_CHECK(parts->Listen(settings));
  parts->housekeeper = std::thread([raw = parts.get()] { raw->RunHousekeeper(); });
  return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

Daemon::~Daemon() { Stop(); }

const std::string& Daemon::url() const { return parts_->url; }
const std::string& Daemon::outside_url() const { return parts_->outside_url; }

void Daemon::Stop() {
  if (std::exchange(parts_->stopped, true)) return;
  RemoveEndpoint(parts_->home);
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->stopping = true;
  }
  parts_->changed.notify_all();
  parts_->housekeeper.join();
  parts_->queries->Stop(kStopGraceS);
  if (parts_->outside) parts_->outside->Stop(1);
  parts_->local->Stop(1);
  parts_->history->Flush();
  if (const auto done = parts_->engine->Checkpoint(); !done) {
    observe::Logger().Warn("lake.checkpoint",
                           {{"because", std::string_view(done.error().message)}});
  }
}

}  // namespace firn
