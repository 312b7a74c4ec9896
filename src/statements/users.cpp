#include "statements/users.hpp"

#include "access/access_service.hpp"
#include "base/names.hpp"
#include "statements/all_forms.hpp"

namespace firn::statements {

Status MayManageUsers(Execution& execution) {
  return execution.services.access.Check(execution.state.principal, access::Privilege::kManageUsers,
                                         {access::ObjectKind::kAccount, 0, "FIRN", ""});
}

namespace {

/// Properties that CREATE USER and ALTER USER … SET share.
Status SetProperties(Execution& execution, sql::Cursor& cursor, const std::string& user) {
  auto& access = execution.services.access;
  while (!cursor.AtEnd() && cursor.Peek()->text != ";") {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectSymbol("="));
    if (name == "PASSWORD") {
      FIRN_TRY(const auto password, cursor.ExpectString());
      FIRN_CHECK(access.SetPassword(user, password));
    } else if (name == "RSA_PUBLIC_KEY" || name == "RSA_PUBLIC_KEY_2") {
      FIRN_TRY(const auto key, cursor.ExpectString());
      FIRN_CHECK(access.SetPublicKey(user, name.ends_with("_2") ? 2 : 1, key));
    } else if (name == "DISABLED") {
      FIRN_TRY(const auto disabled, cursor.ExpectBool());
      FIRN_CHECK(access.SetDisabled(user, disabled));
    } else if (name == "DEFAULT_ROLE") {
      return SqlError(Code::kInvalid, 2, "0A000",
                      "SQL compilation error:\nUnsupported feature 'DEFAULT_ROLE' here; name it "
                      "first, in CREATE USER name DEFAULT_ROLE = x.");
    } else {
      return SqlError(Code::kInvalid, 1003, "42000",
                      "SQL compilation error:\ninvalid property '" + name + "' for 'USER'");
    }
  }
  return cursor.ExpectEnd();
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
  FIRN_CHECK(MayManageUsers(execution));
  const bool if_not_exists = cursor.Accept("IF NOT EXISTS");
  FIRN_TRY(const auto name, cursor.ExpectName());
  std::string role = "PUBLIC";
  if (cursor.Accept("DEFAULT_ROLE")) {
    FIRN_CHECK(cursor.ExpectSymbol("="));
    FIRN_TRY(role, cursor.ExpectName());
  }
  if (auto user = execution.services.access.CreateUser(name, role); !user) {
    if (if_not_exists && user.error().code == Code::kExists) {
      return StatusOutcome(name + " already exists, statement succeeded.");
    }
    return Error(std::move(user).error());
  }
  FIRN_CHECK(SetProperties(execution, cursor, name));
  return StatusOutcome("User " + NameToSql(name) + " successfully created.");
}

Result<Outcome> RunAlterUser(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("ALTER USER"));
  auto user = execution.state.principal.user;
  const bool own = cursor.Peek() != nullptr && (EqualIgnoringCase(cursor.Peek()->text, "SET") ||
                                                EqualIgnoringCase(cursor.Peek()->text, "ADD") ||
                                                EqualIgnoringCase(cursor.Peek()->text, "REMOVE"));
  if (!own) {
    cursor.Accept("IF EXISTS");
    FIRN_TRY(user, cursor.ExpectName());
  }
  if (user != execution.state.principal.user) FIRN_CHECK(MayManageUsers(execution));
  FIRN_CHECK(execution.services.access.FindUser(user));
  if (cursor.Accept("ADD PROGRAMMATIC ACCESS TOKEN") || cursor.Accept("ADD PAT")) {
    return AddToken(execution, cursor, user);
  }
  if (cursor.Accept("REMOVE PROGRAMMATIC ACCESS TOKEN") || cursor.Accept("REMOVE PAT")) {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectEnd());
    FIRN_CHECK(execution.services.access.RevokeAccessToken(user, name));
    return StatusOutcome("Statement executed successfully.");
  }
  if (cursor.Accept("UNSET")) {
    FIRN_TRY(const auto name, cursor.ExpectName());
    if (name != "RSA_PUBLIC_KEY" && name != "RSA_PUBLIC_KEY_2") return cursor.Unexpected();
    FIRN_CHECK(execution.services.access.SetPublicKey(user, name.ends_with("_2") ? 2 : 1, ""));
    return StatusOutcome("Statement executed successfully.");
  }
  FIRN_CHECK(cursor.Expect("SET"));
  FIRN_CHECK(SetProperties(execution, cursor, user));
  return StatusOutcome("Statement executed successfully.");
}

Result<Outcome> RunDropUser(Execution& execution) {
  auto cursor = execution.cursor();
  FIRN_CHECK(cursor.Expect("DROP USER"));
  FIRN_CHECK(MayManageUsers(execution));
  const bool if_exists = cursor.Accept("IF EXISTS");
  FIRN_TRY(const auto name, cursor.ExpectName());
  FIRN_CHECK(cursor.ExpectEnd());
  if (auto dropped = execution.services.access.DropUser(name); !dropped) {
    if (!if_exists || dropped.error().code != Code::kNotFound) return dropped.error();
  }
  return StatusOutcome(name + " successfully dropped.");
}

}  // namespace firn::statements
