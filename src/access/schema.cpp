#include "access/schema.hpp"

#include <array>
#include <map>
#include <string>

#include "access/rules.hpp"

namespace firn::access {
namespace {

constexpr std::array kSteps{store::Migration{1, R"sql(
CREATE TABLE access_sequence (what TEXT PRIMARY KEY, last BIGINT NOT NULL);
CREATE TABLE access_user (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  login_name TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  default_role TEXT NOT NULL,
  default_warehouse TEXT NOT NULL,
  default_namespace TEXT NOT NULL,
  email TEXT NOT NULL,
  comment TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  created_on_ms BIGINT NOT NULL,
  password_hash TEXT NOT NULL,
  key_1 TEXT NOT NULL,
  fingerprint_1 TEXT NOT NULL,
  key_2 TEXT NOT NULL,
  fingerprint_2 TEXT NOT NULL
);
CREATE TABLE access_role (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  comment TEXT NOT NULL,
  created_on_ms BIGINT NOT NULL
);
CREATE TABLE access_role_grant (
  role_id BIGINT NOT NULL,
  grantee_kind TEXT NOT NULL,
  grantee_id BIGINT NOT NULL,
  PRIMARY KEY (role_id, grantee_kind, grantee_id)
);
CREATE TABLE access_token (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  secret_sha256 TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  expires_ms BIGINT NOT NULL,
  created_on_ms BIGINT NOT NULL,
  disabled INTEGER NOT NULL,
  UNIQUE (user_id, kind, name)
);
CREATE TABLE access_seen_jwt (digest TEXT PRIMARY KEY, expires_ms BIGINT NOT NULL);
)sql"}};

struct SystemRole {
  std::string_view name;
  std::string_view comment;
  std::string_view granted_to;  ///< the role that inherits it; empty: none
};
/// A role after the one it is granted to.
constexpr std::array kSystemRoles{
    SystemRole{kAccountAdmin, "Account administrator: may do everything.", ""},
    SystemRole{"SECURITYADMIN", "Security administrator: roles and grants.", kAccountAdmin},
    SystemRole{"USERADMIN", "User administrator: users and roles.", "SECURITYADMIN"},
    SystemRole{"SYSADMIN", "System administrator: warehouses and databases.", kAccountAdmin},
    SystemRole{kPublic, "Public: every user has it.", ""},
};

using Ids = std::map<std::string_view, std::int64_t>;

Status Grant(store::Executor& executor, std::int64_t role_id, const std::string& grantee_kind,
             std::int64_t grantee_id) {
  FIRN_CHECK(executor.Execute(
      "INSERT INTO access_role_grant (role_id, grantee_kind, grantee_id) VALUES (?, ?, ?)",
      {role_id, grantee_kind, grantee_id}));
  return {};
}

Result<Ids> MakeSystemRoles(store::Executor& executor, std::int64_t now_ms) {
  Ids ids;
  for (const auto& role : kSystemRoles) {
    FIRN_TRY(const std::int64_t id, NextId(executor, "role"));
    FIRN_CHECK(executor.Execute(
        "INSERT INTO access_role (id, name, comment, created_on_ms) VALUES (?, ?, ?, ?)",
        {id, std::string(role.name), std::string(role.comment), now_ms}));
    ids[role.name] = id;
    if (!role.granted_to.empty()) {
      FIRN_CHECK(Grant(executor, id, "ROLE", ids.at(role.granted_to)));
    }
  }
  return ids;
}

Status MakeAdmin(store::Executor& executor, const Ids& roles, std::int64_t now_ms) {
  FIRN_TRY(const std::int64_t id, NextId(executor, "user"));
  FIRN_CHECK(executor.Execute(
      "INSERT INTO access_user (id, name, login_name, type, default_role, default_warehouse,"
      " default_namespace, email, comment, disabled, created_on_ms, password_hash, key_1,"
      " fingerprint_1, key_2, fingerprint_2)"
      " VALUES (?, 'ADMIN', 'ADMIN', 'PERSON', ?, 'FIRN_WH', 'FIRN.PUBLIC', '',"
      " 'Made with the account.', 0, ?, '', '', '', '', '')",
      {id, std::string(kAccountAdmin), now_ms}));
  return Grant(executor, roles.at(kAccountAdmin), "USER", id);
}

}  // namespace

Status PrepareSchema(store::Database& database, std::int64_t now_ms) {
  FIRN_CHECK(database.Migrate("access", kSteps));
  FIRN_TRY(auto transaction, database.Begin());
  FIRN_TRY(const auto rows, transaction->Query("SELECT COUNT(*) FROM access_role"));
  if (store::AsInt(rows.at(0).at(0)) != 0) return {};
  FIRN_TRY(const Ids roles, MakeSystemRoles(*transaction, now_ms));
  FIRN_CHECK(MakeAdmin(*transaction, roles, now_ms));
  return transaction->Commit();
}

Result<std::int64_t> NextId(store::Executor& executor, std::string_view what) {
  FIRN_TRY(const auto rows,
           executor.Query("INSERT INTO access_sequence (what, last) VALUES (?, 1)"
                          " ON CONFLICT (what) DO UPDATE SET last = access_sequence.last + 1"
                          " RETURNING last",
                          {std::string(what)}));
  if (rows.size() != 1) return Error{Code::kInternal, "The store gave out no id."};
  return store::AsInt(rows[0].at(0));
}

}  // namespace firn::access
