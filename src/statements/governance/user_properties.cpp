#include "statements/governance/user_properties.hpp"

#include "base/names.hpp"

namespace firn::statements {
namespace {

/// A name or a text that stands for one: DEFAULT_ROLE = ANALYST, = 'ANALYST', = "Analyst".
Result<std::string> NameValue(sql::Cursor& cursor) {
  const auto* token = cursor.Peek();
  if (token != nullptr && token->kind == sql::TokenKind::kString) {
    FIRN_TRY(const auto text, cursor.ExpectString());
    return NameFromSql(text);
  }
  return cursor.ExpectName();
}

/// DEFAULT_NAMESPACE = d, d.s or 'd.s'
Result<std::string> NamespaceValue(sql::Cursor& cursor) {
  const auto* token = cursor.Peek();
  if (token != nullptr && token->kind == sql::TokenKind::kString) return cursor.ExpectString();
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ".") + NameToSql(part);
  return text;
}

/// ('ALL') or ()
Result<bool> SecondaryRoles(sql::Cursor& cursor) {
  FIRN_CHECK(cursor.ExpectSymbol("("));
  if (cursor.AcceptSymbol(")")) return false;
  FIRN_TRY(const auto word, cursor.ExpectString());
  if (UpperCase(word) != "ALL") return cursor.Unexpected();
  FIRN_CHECK(cursor.ExpectSymbol(")"));
  return true;
}

Status ParseOne(sql::Cursor& cursor, const std::string& name, UserProperties& out) {
  auto& change = out.change;
  if (name == "PASSWORD") {
    FIRN_TRY(out.password, cursor.ExpectString());
  } else if (name == "RSA_PUBLIC_KEY") {
    FIRN_TRY(out.key, cursor.ExpectString());
  } else if (name == "RSA_PUBLIC_KEY_2") {
    FIRN_TRY(out.key_2, cursor.ExpectString());
  } else if (name == "DISABLED") {
    FIRN_TRY(out.disabled, cursor.ExpectBool());
  } else if (name == "DEFAULT_ROLE") {
    FIRN_TRY(change.default_role, NameValue(cursor));
  } else if (name == "DEFAULT_WAREHOUSE") {
    FIRN_TRY(change.default_warehouse, NameValue(cursor));
  } else if (name == "DEFAULT_NAMESPACE") {
    FIRN_TRY(change.default_namespace, NamespaceValue(cursor));
  } else if (name == "DEFAULT_SECONDARY_ROLES") {
    FIRN_TRY(change.secondary_roles, SecondaryRoles(cursor));
  } else if (name == "TYPE") {
    FIRN_TRY(change.type, NameValue(cursor));
  } else if (name == "EMAIL") {
    FIRN_TRY(change.email, cursor.ExpectString());
  } else if (name == "COMMENT") {
    FIRN_TRY(change.comment, cursor.ExpectString());
  } else {
    return SqlError(Code::kInvalid, 1003, "42000",
                    "SQL compilation error:\ninvalid property '" + name + "' for 'USER'");
  }
  return {};
}

}  // namespace

Result<UserProperties> ParseUserProperties(sql::Cursor& cursor) {
  UserProperties out;
  while (!cursor.AtEnd() && cursor.Peek()->text != ";") {
    FIRN_TRY(const auto name, cursor.ExpectName());
    FIRN_CHECK(cursor.ExpectSymbol("="));
    FIRN_CHECK(ParseOne(cursor, name, out));
    cursor.AcceptSymbol(",");
  }
  FIRN_CHECK(cursor.ExpectEnd());
  return out;
}

Status SetUserProperties(Execution& execution, const std::string& user,
                         const UserProperties& properties) {
  auto& access = execution.services.access;
  FIRN_CHECK(access.AlterUser(user, properties.change));
  if (properties.password) FIRN_CHECK(access.SetPassword(user, *properties.password));
  if (properties.key) FIRN_CHECK(access.SetPublicKey(user, 1, *properties.key));
  if (properties.key_2) FIRN_CHECK(access.SetPublicKey(user, 2, *properties.key_2));
  if (properties.disabled) FIRN_CHECK(access.SetDisabled(user, *properties.disabled));
  return {};
}

bool AreOwn(const UserProperties& properties) {
  return !properties.disabled && !properties.key && !properties.key_2 && !properties.change.type &&
         !properties.change.owner;
}

}  // namespace firn::statements
