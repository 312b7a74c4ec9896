#include "cli/parse.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "cli/settings.hpp"
#include "cli/words.hpp"

namespace firn::cli {
namespace {

/// Everything that words can set. Lives as long as what runs.
struct Words {
  Common common;
  UpOptions up;
  SqlOptions sql;
  LoadOptions load;
  GetOptions get;
  ConnectOptions connect;
  UserOptions user;
  UninstallOptions uninstall;
  BackupOptions backup;
  std::string memory;
  std::function<Ended()> run;
};

template <typename Run>
CLI::App* AddVerb(CLI::App& app, Words& words, const char* name, const char* help, Run run) {
  auto* verb = app.add_subcommand(name, help);
  verb->callback([&words, run] { words.run = run; });
  return verb;
}

void AddDaemonVerbs(CLI::App& app, Words& words, const UpHook& up) {
  const auto& common = words.common;
  auto* verb =
      AddVerb(app, words, "up", "run the daemon in the foreground", [&words, &up]() -> Ended {
        words.up.home = words.common.home;
        return up(words.up);
      });
  verb->add_option("--listen", words.up.listen,
                   "HOST:PORT; port 0 is any free one; beyond loopback "
                   "everything is TLS")
      ->capture_default_str();
  verb->add_option("--name", words.up.names,
                   "a name or address by which other machines reach this one");
  auto* certificate =
      verb->add_option("--tls-cert", words.up.certificate, "a certificate of your own");
  auto* key = verb->add_option("--tls-key", words.up.private_key, "its private key");
  certificate->needs(key)->check(CLI::ExistingFile);
  key->needs(certificate)->check(CLI::ExistingFile);
  verb->add_option("--memory", words.up.memory_limit_bytes, "most memory for queries, as 4GB")
      ->transform(CLI::AsSizeValue(true));
  verb->add_option("--threads", words.up.threads, "most threads for queries")
      ->check(CLI::NonNegativeNumber);
  verb->add_option(
          "--retention-days", words.up.retention_days,
          "how long dropped and deleted rows keep their disk space; none while the disk is "
          "fuller than --disk-warn")
      ->check(CLI::Range(0, 90))
      ->capture_default_str();
  verb->add_option("--disk-warn", words.up.warn_disk_percent, "percent of disk from which to warn")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  verb->add_option("--disk-refuse", words.up.refuse_disk_percent,
                   "percent from which writes are refused")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  verb->add_flag("--verbose", words.up.verbose, "log more");
  AddVerb(app, words, "stop", "stop the daemon", [&] { return RunStop(common); });
  AddVerb(app, words, "status", "whether it runs, and how it is",
          [&] { return RunStatus(common); });
  AddVerb(app, words, "doctor", "what this machine lacks, and how to get it",
          [&] { return RunDoctor(common); });
  verb = AddVerb(app, words, "backup", "copy the running daemon's data, consistent and checksummed",
                 [&] { return RunBackup(common, words.backup); });
  verb->add_option("FOLDER", words.backup.folder, "a new folder")->required();
  verb = AddVerb(app, words, "restore", "make a home from a backup",
                 [&] { return RunRestore(common, words.backup); });
  verb->add_option("FOLDER", words.backup.folder, "what `firn backup` wrote")->required();
  verb->add_flag("--force", words.backup.force, "move what is in the home aside");
  verb = AddVerb(app, words, "uninstall", "stop, and remove what the daemon needs no more",
                 [&] { return RunUninstall(common, words.uninstall); });
  verb->add_flag("--purge", words.uninstall.purge, "the data too");
  verb->add_flag("--yes", words.uninstall.yes, "do not ask");
}

void AddDataVerbs(CLI::App& app, Words& words) {
  const auto& common = words.common;
  auto* verb = AddVerb(app, words, "sql", "run SQL: interactive, -q, -f or standard input",
                       [&] { return RunSql(common, words.sql); });
  verb->add_option("-q,--query", words.sql.texts, "statements");
  verb->add_option("-f,--file", words.sql.files, "files of statements")->check(CLI::ExistingFile);
  verb->add_option("--format", words.sql.format, "table, csv, json or jsonl")
      ->capture_default_str();
  verb->add_option("--rows", words.sql.rows,
                   "most rows to print; a table has 1000 if nothing is said")
      ->check(CLI::NonNegativeNumber);
  verb->add_flag("--keep-going", words.sql.keep_going, "go on after a statement that failed");
  verb = AddVerb(app, words, "load", "load files into a table",
                 [&] { return RunLoad(common, words.load); });
  verb->add_option("TABLE", words.load.table, "made when it is not there")->required();
  verb->add_option("FILE", words.load.files, "CSV, JSON or Parquet")->required();
  auto* create = verb->add_flag("--create", words.load.create,
                                "the table must not be there yet (so it is anyway)");
  auto* append = verb->add_flag("--append", words.load.append, "add to the table");
  auto* replace = verb->add_flag("--replace", words.load.replace, "in the place of the table");
  create->excludes(append)->excludes(replace);
  append->excludes(replace);
  verb->add_option("--format", words.load.format, "csv, json or parquet; else by the file's name");
  verb->add_option("--delimiter", words.load.delimiter,
                   "between fields; else found in the first line");
  verb->add_option("--null", words.load.nulls,
                   "a text that stands for NULL, as NA; may be said again");
  verb->add_flag("--no-header", words.load.no_header, "the first line is data");
  verb->add_flag("--skip-bad", words.load.skip_bad,
                 "leave out rows that cannot be read, and say which");
  verb = AddVerb(app, words, "get", "download files of a stage",
                 [&] { return RunGet(common, words.get); });
  verb->add_option("PLACE", words.get.stage, "@stage/path")->required();
  verb->add_option("FOLDER", words.get.folder, "where to put them; else here");
}

void AddUserVerbs(CLI::App& app, Words& words) {
  const auto& common = words.common;
  auto* verb =
      AddVerb(app, words, "connect", "print a connection for another machine, with its token",
              [&] { return RunConnect(common, words.connect); });
  verb->add_option("--for", words.connect.user, "the user; else you");
  verb->add_option("--name", words.connect.name, "of the connection")->capture_default_str();
  verb->add_option("--host", words.connect.host, "the name by which that machine reaches this one");
  verb->add_option("--role", words.connect.role, "the role to log in with");
  verb->add_option("--days", words.connect.days, "how long the token is good")
      ->check(CLI::Range(1, 365))
      ->capture_default_str();
  verb->add_option("--out", words.connect.out, "write a folder to use as SNOWFLAKE_HOME there");

  auto* user = app.add_subcommand("user", "list, add and drop users; passwords, keys, tokens");
  user->require_subcommand(1);
  AddVerb(*user, words, "list", "all users", [&] { return RunUserList(common); });
  const auto add = [&](const char* name, const char* help,
                       Ended (*run)(const Common&, const UserOptions&)) {
    auto* made = AddVerb(*user, words, name, help, [&, run] { return run(common, words.user); });
    made->add_option("USER", words.user.user, "the user")->required();
    return made;
  };
  verb = add("add", "make one", RunUserAdd);
  verb->add_option("--role", words.user.role, "default role");
  verb->add_flag("--password", words.user.ask_password,
                 "ask for a password (or read the first line of standard input)");
  add("drop", "remove one", RunUserDrop);
  add("password", "set a password; asks, or reads the first line of standard input",
      RunUserPassword);
  verb = add("key", "set the public key of key-pair login", RunUserKey);
  verb->add_option("FILE", words.user.key, "PEM")->required()->check(CLI::ExistingFile);
  verb =
      add("token", "list access tokens, or revoke one (`firn connect` issues them)", RunUserToken);
  verb->add_option("--revoke", words.user.revoke, "name of the token");
}

/// The first word that is a verb's place, if it is none that the program knows.
std::string UnknownVerb(const CLI::App& app, int argc, char** argv,
                        std::vector<std::string>& known) {
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(verb->get_name());
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--home") {
      ++i;
    } else if (!word.starts_with('-')) {
      return std::find(known.begin(), known.end(), word) == known.end() ? word : "";
    }
  }
  return "";
}

}  // namespace

Parsed Parse(int argc, char** argv, const UpHook& up) {
  const auto words = std::make_shared<Words>();
  CLI::App app{"Firn runs Snowflake's clients and ML code on machines you own.", "firn"};
  app.set_version_flag("--version", "firn " FIRN_VERSION);
  app.fallthrough();
  app.require_subcommand(1);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  app.add_option("--home", words->common.home, "Firn's home; else $FIRN_HOME, else ~/.firn");
  app.add_flag("--json", words->common.json, "answer in JSON");
  AddDaemonVerbs(app, *words, up);
  AddDataVerbs(app, *words);
  AddUserVerbs(app, *words);
  app.footer(
      "`firn VERB --help` says more. Exit status: 0 done, 2 wrong request, 3 not allowed, "
      "4 not found,\n5 exists or conflict, 6 full, 7 cancelled or timed out, 8 not running.");
  std::vector<std::string> known;
  if (const auto word = UnknownVerb(app, argc, argv, known); !word.empty()) {
    const auto nearest = Nearest(word, known);
    std::fprintf(stderr, "firn: there is no verb '%s'%s; `firn --help` lists them.\n", word.c_str(),
                 nearest.empty() ? "" : (", did you mean '" + nearest + "'?").c_str());
    return {{}, {}, ExitStatus(Code::kInvalid)};
  }
  Parsed out;
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    out.status = app.exit(done);
    return out;
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    out.status = ExitStatus(Code::kInvalid);
    return out;
  }
  words->common.home = HomeFolder(words->common.home);
  out.common = words->common;
  out.run = [words] { return words->run(); };
  return out;
}

}  // namespace firn::cli
