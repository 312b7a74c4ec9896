#include <algorithm>

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/governance/user_lookup.hpp"
#include "statements/show.hpp"

namespace firn::statements {
namespace {

Result<Outcome> ShowUsers(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  FIRN_TRY(const auto users, execution.services.access.ListUsers());
  Outcome out;
  out.columns = {TextColumn("name"),
                 TimeColumn("created_on"),
                 TextColumn("login_name"),
                 TextColumn("email"),
                 TextColumn("comment"),
                 TextColumn("disabled"),
                 TextColumn("default_warehouse"),
                 TextColumn("default_namespace"),
                 TextColumn("default_role"),
                 TextColumn("default_secondary_roles"),
                 TextColumn("type"),
                 TextColumn("owner")};
  for (const auto& user : users) {
    if (!Passes(filter, user.name) || !SeesUser(execution, user)) continue;
    out.rows.push_back({user.name, TimeText(user.created_on_ms), user.name, user.email,
                        user.comment, user.disabled ? "true" : "false", user.default_warehouse,
                        user.default_namespace, user.default_role,
                        user.secondary_roles ? R"(["ALL"])" : "[]", user.type, user.owner});
  }
  return out;
}

std::string YesNo(bool yes) { return yes ? "Y" : "N"; }

Result<Outcome> ShowRoles(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  auto& access = execution.services.access;
  const auto& principal = execution.state.principal;
  const auto roles = access.roles().List(0);
  FIRN_TRY(const auto user, access.FindUser(principal.user));
  const auto active = access.ActiveRoles(principal);
  Outcome out;
  out.columns = {TimeColumn("created_on"),
                 TextColumn("name"),
                 TextColumn("is_default"),
                 TextColumn("is_current"),
                 TextColumn("is_inherited"),
                 NumberColumn("assigned_to_users"),
                 NumberColumn("granted_to_roles"),
                 NumberColumn("granted_roles"),
                 TextColumn("owner"),
                 TextColumn("comment")};
  for (const auto& role : roles) {
    if (!Passes(filter, role.name)) continue;
    const bool is_current = role.name == principal.role;
    const bool is_inherited = !is_current && std::ranges::find(active, role.name) != active.end();
    FIRN_TRY(const auto holders, access.roles().HoldersOf(role.id));
    FIRN_TRY(const auto held, access.roles().HeldBy({false, role.id}));
    const auto users = std::ranges::count_if(holders, &access::RoleGrant::to_user);
    out.rows.push_back({TimeText(role.created_on_ms), role.name,
                        YesNo(role.name == user.default_role), YesNo(is_current),
                        YesNo(is_inherited), std::to_string(users),
                        std::to_string(static_cast<std::ptrdiff_t>(holders.size()) - users),
                        std::to_string(held.size()), role.owner, role.comment});
  }
  return out;
}

/// SHOW DATABASE ROLES IN DATABASE d
Result<Outcome> ShowDatabaseRoles(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  auto name = filter.in_name;
  if (name.empty()) name = {execution.state.database};
  FIRN_TRY(const auto database,
           execution.services.catalog.Find(execution.scope(), access::ObjectKind::kDatabase, name));
  const auto roles = execution.services.access.roles().List(database->id);
  Outcome out;
  out.columns = {TimeColumn("created_on"), TextColumn("name"), TextColumn("database_name"),
                 TextColumn("owner"), TextColumn("comment")};
  for (const auto& role : roles) {
    if (!Passes(filter, role.name)) continue;
    out.rows.push_back({TimeText(role.created_on_ms), role.name, database->name.database,
                        role.owner, role.comment});
  }
  return out;
}

/// SHOW USER PROGRAMMATIC ACCESS TOKENS [FOR USER name]
Result<Outcome> ShowTokens(Execution& execution, sql::Cursor& cursor) {
  auto user = execution.state.principal.user;
  if (cursor.Accept("FOR USER")) {
    FIRN_TRY(user, cursor.ExpectName());
  }
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_CHECK(FindVisibleUser(execution, user));
  FIRN_TRY(const auto tokens, execution.services.access.ListAccessTokens(user));
  Outcome out;
  out.columns = {TextColumn("name"),       TextColumn("user_name"), TextColumn("role_restriction"),
                 TimeColumn("expires_at"), TextColumn("status"),    TimeColumn("created_on")};
  for (const auto& token : tokens) {
    const bool expired = token.expires_ms < execution.services.clock.NowMs();
    out.rows.push_back({token.name, token.user, token.role_restriction, TimeText(token.expires_ms),
                        token.disabled ? "DISABLED" : (expired ? "EXPIRED" : "ACTIVE"),
                        TimeText(token.created_on_ms)});
  }
  return out;
}

/// DESCRIBE USER name: a property a row.
Result<Outcome> DescribeUser(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto user, FindVisibleUser(execution, name));
  Outcome out;
  out.columns = {TextColumn("property"), TextColumn("value"), TextColumn("default"),
                 TextColumn("description")};
  const auto add = [&](const char* property, const std::string& value, const char* description) {
    const auto shown = value.empty() ? std::nullopt : std::optional(value);
    out.rows.push_back({property, shown, std::nullopt, description});
  };
  add("NAME", user.name, "Name");
  add("COMMENT", user.comment, "user comment associated to an object in the dictionary");
  add("TYPE", user.type, "Type of the user");
  add("LOGIN_NAME", user.name, "Login name of the user");
  add("EMAIL", user.email, "Email address of the user");
  add("PASSWORD", user.has_password ? "********" : "", "Password of the user");
  add("DISABLED", user.disabled ? "true" : "false", "Whether the user is disabled");
  add("DEFAULT_WAREHOUSE", user.default_warehouse, "Default warehouse for this user");
  add("DEFAULT_NAMESPACE", user.default_namespace, "Default database namespace for this user");
  add("DEFAULT_ROLE", user.default_role, "Primary principal of user session will be this role");
  add("DEFAULT_SECONDARY_ROLES", user.secondary_roles ? R"(["ALL"])" : "[]",
      "Whether a session begins with USE SECONDARY ROLES ALL");
  add("OWNER", user.owner, "The role that may change the user");
  add("RSA_PUBLIC_KEY_FP", user.key_fingerprint, "Fingerprint of user's RSA public key");
  add("RSA_PUBLIC_KEY_2_FP", user.key_fingerprint_2, "Fingerprint of user's second RSA public key");
  return out;
}

Result<Outcome> DescribeRole(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  FIRN_TRY(const auto role, execution.services.access.roles().Find(name));
  Outcome out;
  out.columns = {TimeColumn("created_on"), TextColumn("name"), TextColumn("comment")};
  out.rows = {{TimeText(role.created_on_ms), role.name, role.comment}};
  return out;
}

}  // namespace

Result<Outcome> RunDescribeAccess(Execution& execution) {
  auto cursor = execution.cursor();
  if (!cursor.Accept("DESCRIBE")) FIRN_CHECK(cursor.Expect("DESC"));
  if (cursor.Accept("ROLE")) return DescribeRole(execution, cursor);
  FIRN_CHECK(cursor.Expect("USER"));
  return DescribeUser(execution, cursor);
}

Result<Outcome> RunShowAccess(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW"));
  cursor.Accept("TERSE");
  if (cursor.Accept("USERS")) return ShowUsers(execution, cursor);
  if (cursor.Accept("ROLES")) return ShowRoles(execution, cursor);
  if (cursor.Accept("DATABASE ROLES")) return ShowDatabaseRoles(execution, cursor);
  FIRN_CHECK(cursor.Expect("USER PROGRAMMATIC ACCESS TOKENS"));
  return ShowTokens(execution, cursor);
}

}  // namespace firn::statements
