#include "access/access_service.hpp"
#include "statements/all_forms.hpp"
#include "statements/show.hpp"
#include "statements/users.hpp"

namespace firn::statements {
namespace {

Result<Outcome> ShowUsers(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  FIRN_CHECK(MayManageUsers(execution));
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
                 TextColumn("default_role")};
  for (const auto& user : users) {
    if (!Passes(filter, user.name)) continue;
    out.rows.push_back({user.name, TimeText(user.created_on_ms), user.name, user.email,
                        user.comment, user.disabled ? "true" : "false", user.default_warehouse,
                        user.default_namespace, user.default_role});
  }
  return out;
}

Result<Outcome> ShowRoles(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto filter, ParseShowFilter(cursor));
  FIRN_TRY(const auto roles, execution.services.access.ListRoles());
  Outcome out;
  out.columns = {TimeColumn("created_on"), TextColumn("name"), TextColumn("is_current"),
                 TextColumn("owner"), TextColumn("comment")};
  for (const auto& role : roles) {
    if (!Passes(filter, role.name)) continue;
    out.rows.push_back({TimeText(role.created_on_ms), role.name,
                        role.name == execution.state.principal.role ? "Y" : "N", "", role.comment});
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
  if (user != execution.state.principal.user) FIRN_CHECK(MayManageUsers(execution));
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

}  // namespace

Result<Outcome> RunShowAccess(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("SHOW"));
  cursor.Accept("TERSE");
  if (cursor.Accept("USERS")) return ShowUsers(execution, cursor);
  if (cursor.Accept("ROLES")) return ShowRoles(execution, cursor);
  FIRN_CHECK(cursor.Expect("USER PROGRAMMATIC ACCESS TOKENS"));
  return ShowTokens(execution, cursor);
}

}  // namespace firn::statements
