#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"
#include "statements/governance/user_lookup.hpp"
#include "statements/governance/user_properties.hpp"

namespace firn::statements {
namespace {

Status CheckOwns(Execution& execution, const access::User& user) {
  return execution.services.access.Check(execution.state.principal, access::Privilege::kOwnership,
                                         user.ref());
}

/// ADD PROGRAMMATIC ACCESS TOKEN name [ROLE_RESTRICTION = 'r'] [DAYS_TO_EXPIRY = n]
Result<Outcome> AddToken(Execution& execution, sql::Cursor& cursor, const std::string& user) {
  FIRN_TRY(const auto name, cursor.ExpectName());
  std::string role;
  std::int64_t days = 15;
  while (!cursor.AtEnd() && cursor.Peek()->text != ";") {
    FIRN_TRY(const auto option, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectSymbol("="));
    if (option == "ROLE_RESTRICTION") {
      FIRN_TRY(role, cursor.ExpectString());
      role = NameFromSql(role);
    } else if (option == "DAYS_TO_EXPIRY") {
      FIRN_TRY(days, cursor.ExpectInteger());
    } else if (option == "COMMENT") {
      FIRN_CHECK(cursor.ExpectString());
    } else {
      return cursor.Unexpected();
    }
  }
  if (days < 1 || days > 365) {
    return SqlError(Code::kInvalid, 1008, "22023",
                    "DAYS_TO_EXPIRY is " + std::to_string(days) + "; it must be 1 to 365.");
  }
  FIRN_TRY(const auto secret,
           execution.services.access.IssueAccessToken(user, name, role, days * 24 * 3600 * 1000));
  Outcome out;
  out.columns = {TextColumn("token_name"), TextColumn("token_secret")};
  out.rows = {{name, secret}};
  return out;
}

}  // namespace

Result<Outcome> RunCreateUser(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("CREATE"));
  if (cursor.Accept("OR REPLACE")) {
    return SqlError(Code::kInvalid, 2, "0A000",
                    "SQL compilation error:\nUnsupported feature 'CREATE OR REPLACE USER'; use "
                    "DROP USER and CREATE USER.");
  }
  FIRN_CHECK(cursor.Expect("USER"));
  auto& access = execution.services.access;
  FIRN_CHECK(
      access.Check(execution.state.principal, access::Privilege::kCreateUser, access::kTheAccount));
  const bool if_not_exists = cursor.Accept("IF NOT EXISTS");
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_TRY(const auto properties, ParseUserProperties(cursor));
  access::NewUser made;
  made.owner = execution.state.principal.role;
  made.default_role = properties.change.default_role.value_or(std::string(access::kPublic));
  if (auto user = access.CreateUser(name, made); !user) {
    if (if_not_exists && user.error().code == Code::kExists) {
      return StatusOutcome(name + " already exists, statement succeeded.");
    }
    return Error(std::move(user).error());
  }
  if (auto set = SetUserProperties(execution, name, properties); !set) {
    // A user that lacks what it was to have is not left behind.
    FIRN_CHECK(access.DropUser(name));
    return Error(std::move(set).error());
  }
  return StatusOutcome("User " + NameToSql(name) + " successfully created.");
}

Result<Outcome> RunAlterUser(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("ALTER USER"));
  auto& access = execution.services.access;
  auto name = execution.state.principal.user;
  const bool unnamed =
      cursor.Peek() != nullptr && (EqualIgnoringCase(cursor.Peek()->text, "SET") ||
                                   EqualIgnoringCase(cursor.Peek()->text, "ADD") ||
                                   EqualIgnoringCase(cursor.Peek()->text, "REMOVE"));
  if (!unnamed) {
    cursor.Accept("IF EXISTS");
    FIRN_TRY(name, cursor.ExpectName());
  }
  FIRN_TRY(const auto user, FindVisibleUser(execution, name));
  const bool is_own = user.id == execution.state.principal.user_id;
  if (cursor.Accept("ADD PROGRAMMATIC ACCESS TOKEN") || cursor.Accept("ADD PAT")) {
    if (!is_own) FIRN_CHECK(CheckOwns(execution, user));
    return AddToken(execution, cursor, user.name);
  }
  if (cursor.Accept("REMOVE PROGRAMMATIC ACCESS TOKEN") || cursor.Accept("REMOVE PAT")) {
    if (!is_own) FIRN_CHECK(CheckOwns(execution, user));
    FIRN_TRY(const auto token, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectEnd());
    FIRN_CHECK(access.RevokeAccessToken(user.name, token));
    return StatusOutcome("Statement executed successfully.");
  }
  if (cursor.Accept("UNSET")) {
    FIRN_TRY(const auto key, cursor.ExpectName());
    if (key != "RSA_PUBLIC_KEY" && key != "RSA_PUBLIC_KEY_2") return cursor.Unexpected();
    FIRN_CHECK(cursor.ExpectEnd());
    FIRN_CHECK(CheckOwns(execution, user));
    FIRN_CHECK(access.SetPublicKey(user.name, key.ends_with("_2") ? 2 : 1, ""));
    return StatusOutcome("Statement executed successfully.");
  }
  FIRN_CHECK(cursor.Expect("SET"));
  FIRN_TRY(const auto properties, ParseUserProperties(cursor));
  if (!is_own || !AreOwn(properties)) FIRN_CHECK(CheckOwns(execution, user));
  FIRN_CHECK(SetUserProperties(execution, user.name, properties));
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunDropUser(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("DROP USER"));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  const auto user = FindVisibleUser(execution, name);
  if (!user) {
    if (!if_exists || user.error().code != Code::kNotFound) return user.error();
    return StatusOutcome("Drop statement executed successfully (" + name + " already dropped).");
  }
  FIRN_CHECK(CheckOwns(execution, *user));
  FIRN_CHECK(execution.services.access.DropUser(name));
  return StatusOutcome(name + " successfully dropped.");
}

}  // namespace firn::statements
