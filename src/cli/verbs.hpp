#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

/// What each verb takes and what runs it. parse.cpp fills the options.
namespace firn::cli {

/// What every verb takes.
struct Common {
  std::filesystem::path home;
  bool json = false;
};

/// A verb's end: the exit status, or an error that Run() prints.
using Ended = Result<int>;

struct SqlOptions {
  std::vector<std::string> texts;            ///< -q
  std::vector<std::filesystem::path> files;  ///< -f
  std::string format = "table";              ///< table, csv, json, jsonl
  std::int64_t rows = 0;                     ///< most rows to print; 0: by format
  bool keep_going = false;
};
Ended RunSql(const Common& common, const SqlOptions& options);  // sql.cpp

struct LoadOptions {
  std::string table;
  std::vector<std::filesystem::path> files;
  bool create = false, append = false, replace = false;
  std::string format;              ///< empty: by the names of the files
  std::string delimiter;           ///< empty: found in the first line
  std::vector<std::string> nulls;  ///< texts that stand for NULL, besides nothing and \N
  bool no_header = false;
  bool skip_bad = false;
};
Ended RunLoad(const Common& common, const LoadOptions& options);  // load.cpp

struct GetOptions {
  std::string stage;
  std::filesystem::path folder = ".";
};
Ended RunGet(const Common& common, const GetOptions& options);  // get.cpp

struct ConnectOptions {
  std::string user;  ///< empty: the one who asks
  std::string name = "default";
  std::string host;  ///< empty: the daemon's own idea
  std::string role;
  int days = 90;
  std::filesystem::path out;
};
Ended RunConnect(const Common& common, const ConnectOptions& options);  // connect.cpp

Ended RunStatus(const Common& common);  // status.cpp
Ended RunDoctor(const Common& common);  // doctor.cpp

struct UserOptions {
  std::string user;
  std::string role;
  std::filesystem::path key;
  std::string revoke;
  bool ask_password = false;
};
Ended RunUserList(const Common& common);                                  // user.cpp
Ended RunUserAdd(const Common& common, const UserOptions& options);       // user.cpp
Ended RunUserDrop(const Common& common, const UserOptions& options);      // user.cpp
Ended RunUserPassword(const Common& common, const UserOptions& options);  // user.cpp
Ended RunUserKey(const Common& common, const UserOptions& options);       // user.cpp
Ended RunUserToken(const Common& common, const UserOptions& options);     // user.cpp

Ended RunStop(const Common& common);  // stop.cpp

struct UninstallOptions {
  bool purge = false;
  bool yes = false;
};
Ended RunUninstall(const Common& common, const UninstallOptions& options);  // uninstall.cpp

struct BackupOptions {
  std::filesystem::path folder;
  bool force = false;
};
Ended RunBackup(const Common& common, const BackupOptions& options);   // backup.cpp
Ended RunRestore(const Common& common, const BackupOptions& options);  // restore.cpp

}  // namespace firn::cli
