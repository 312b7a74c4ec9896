#include "access/schema.hpp"

#include <array>
#include <map>
#include <string>

#include "access/check.hpp"
#include "access/directory.hpp"

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
)sql"},
                            // Grants on objects, owners, database roles.
                            store::Migration{2, R"sql(
ALTER TABLE access_role ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE access_role_grant ADD COLUMN granted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE access_role_grant ADD COLUMN created_on_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_user ADD COLUMN owner TEXT NOT NULL DEFAULT 'USERADMIN';
ALTER TABLE access_user ADD COLUMN default_secondary_roles TEXT NOT NULL DEFAULT '';
UPDATE access_user SET owner = 'ACCOUNTADMIN' WHERE name = 'ADMIN';
CREATE TABLE access_database_role (
  id BIGINT PRIMARY KEY,
  database_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  comment TEXT NOT NULL,
  created_on_ms BIGINT NOT NULL,
  UNIQUE (database_id, name)
);
CREATE TABLE access_grant (
  role_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  privilege TEXT NOT NULL,
  with_option INTEGER NOT NULL,
  granted_by TEXT NOT NULL,
  created_on_ms BIGINT NOT NULL,
  PRIMARY KEY (role_id, kind, object_id, privilege)
);
CREATE INDEX access_grant_by_object ON access_grant (kind, object_id);
CREATE TABLE access_future_grant (
  role_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  container_kind TEXT NOT NULL,
  container_id BIGINT NOT NULL,
  privilege TEXT NOT NULL,
  with_option INTEGER NOT NULL,
  granted_by TEXT NOT NULL,
  created_on_ms BIGINT NOT NULL,
  PRIMARY KEY (role_id, kind, container_kind, container_id, privilege)
);
CREATE INDEX access_future_grant_by_container
  ON access_future_grant (container_kind, container_id, kind);
)sql"}};

/// What the account's own roles may do on the account; ACCOUNTADMIN owns it. Given once.
struct AccountGrant {
  std::string_view role;
  Privilege privilege;
};
constexpr std::array kAccountGrants{
    AccountGrant{"SYSADMIN", Privilege::kCreateDatabase},
    AccountGrant{"SYSADMIN", Privilege::kCreateWarehouse},
    AccountGrant{"USERADMIN", Privilege::kCreateUser},
    AccountGrant{"USERADMIN", Privilege::kCreateRole},
    AccountGrant{"SECURITYADMIN", Privilege::kManageGrants},
};

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
      " fingerprint_1, key_2, fingerprint_2, owner)"
      " VALUES (?, 'ADMIN', 'ADMIN', 'PERSON', ?, 'FIRN_WH', 'FIRN.PUBLIC', '',"
      " 'Made with the account.', 0, ?, '', '', '', '', '', 'ACCOUNTADMIN')",
      {id, std::string(kAccountAdmin), now_ms}));
  return Grant(executor, roles.at(kAccountAdmin), "USER", id);
}

/// Once in the life of a home: what was revoked later stays revoked.
Status GiveAccountGrants(store::Executor& executor, std::int64_t now_ms) {
  FIRN_TRY(const bool is_first, IsFirstTime(executor, "account grants"));
  if (!is_first) return {};
  for (const auto& [role, privilege] : kAccountGrants) {
    FIRN_CHECK(executor.Execute(
        "INSERT INTO access_grant (role_id, kind, object_id, privilege, with_option, granted_by,"
        " created_on_ms) SELECT id, 'ACCOUNT', 0, ?, 0, '', ? FROM access_role WHERE name = ?",
        {std::string(PrivilegeName(privilege)), now_ms, std::string(role)}));
  }
  return {};
}

}  // namespace

Status PrepareSchema(store::Database& database, std::int64_t now_ms) {
  FIRN_CHECK(database.Migrate("access", kSteps));
  FIRN_TRY(auto transaction, database.Begin());
  FIRN_TRY(const auto rows, transaction->Query("SELECT COUNT(*) FROM access_role"));
  if (store::AsInt(rows.at(0).at(0)) == 0) {
    FIRN_TRY(const Ids roles, MakeSystemRoles(*transaction, now_ms));
    FIRN_CHECK(MakeAdmin(*transaction, roles, now_ms));
  }
  FIRN_CHECK(GiveAccountGrants(*transaction, now_ms));
  return transaction->Commit();
}

Result<bool> IsFirstTime(store::Executor& executor, const std::string& mark) {
  FIRN_TRY(const auto known,
           executor.Query("SELECT last FROM access_sequence WHERE what = ?", {mark}));
  if (!known.empty()) return false;
  FIRN_CHECK(NextId(executor, mark));
  return true;
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
