#include "statements/governance/grant_target.hpp"

#include "base/names.hpp"
#include "statements/bind.hpp"
#include "statements/governance/user_lookup.hpp"

namespace firn::statements {
namespace {

using access::KindInfo;
using access::ObjectKind;
using catalog::Object;

/// One or two words that name a kind, in the singular or plural: TABLE, FILE FORMATS.
Result<const KindInfo*> ParseKind(sql::Cursor& cursor, bool plural) {
  for (const auto& kind : access::Kinds()) {
    const auto word = plural ? kind.plural : kind.name;
    if (!word.empty() && cursor.Accept(word)) return &kind;
  }
  return cursor.Unexpected();
}

GrantObject FromCatalog(Execution& execution, const Object& object) {
  GrantObject out{object.kind, object.id, object.SqlName(), object.owner_role, std::nullopt};
  const bool in_schema = !object.name.schema.empty() && object.kind != ObjectKind::kSchema;
  if (!in_schema) return out;
  const auto schema = execution.services.catalog.Find(catalog::FirnsOwnScope(), ObjectKind::kSchema,
                                                      {object.name.database, object.name.schema});
  if (schema && (*schema)->managed_access) out.managed_by = (*schema)->owner_role;
  return out;
}

Result<GrantObject> FindOne(Execution& execution, sql::Cursor& cursor, const KindInfo& kind) {
  switch (kind.kind) {
    case ObjectKind::kAccount:
      return GrantObject{kind.kind, 0, "FIRN", std::string(access::kAccountAdmin), std::nullopt};
    case ObjectKind::kRole:
    case ObjectKind::kDatabaseRole: {
      FIRN_TRY(const auto role, kind.kind == ObjectKind::kRole
                                    ? ParseRole(execution, cursor)
                                    : ParseDatabaseRole(execution, cursor));
      return GrantObject{kind.kind, role.id, RoleSqlName(execution, role), role.owner,
                         std::nullopt};
    }
    case ObjectKind::kUser: {
      FIRN_TRY(const auto name, cursor.ExpectName());
      FIRN_TRY(const auto user, FindVisibleUser(execution, name));
      return GrantObject{kind.kind, user.id, NameToSql(user.name), user.owner, std::nullopt};
    }
    default: break;
  }
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  FIRN_TRY(const auto object, FindObject(execution, kind.kind, parts));
  if (object->id < 0) {
    return Error{Code::kInvalid,
                 "'" + object->SqlName() + "' is temporary: it is its session's alone."};
  }
  return FromCatalog(execution, *object);
}

/// IN DATABASE d or IN SCHEMA d.s
Result<std::shared_ptr<const Object>> ParseContainer(Execution& execution, sql::Cursor& cursor) {
  FIRN_CHECK(cursor.Expect("IN"));
  const bool database = cursor.Accept("DATABASE");
  if (!database) FIRN_CHECK(cursor.Expect("SCHEMA"));
  FIRN_TRY(const auto parts, cursor.ExpectNameParts());
  return execution.services.catalog.Find(
      execution.scope(), database ? ObjectKind::kDatabase : ObjectKind::kSchema, parts);
}

}  // namespace

Result<GrantTarget> ParseGrantTarget(Execution& execution, sql::Cursor& cursor) {
  GrantTarget target;
  const bool all = cursor.Accept("ALL");
  const bool future = !all && cursor.Accept("FUTURE");
  FIRN_TRY(target.kind, ParseKind(cursor, all || future));
  if (!all && !future) {
    FIRN_TRY(auto object, FindOne(execution, cursor, *target.kind));
    // ON TABLE may name a view.
    target.kind = &access::KindOf(object.kind);
    target.objects.push_back(std::move(object));
    return target;
  }
  FIRN_TRY(const auto container, ParseContainer(execution, cursor));
  if (future) {
    target.container = FromCatalog(execution, *container);
    if (container->managed_access) target.container->managed_by = container->owner_role;
    return target;
  }
  const auto schema = container->name.schema.empty() ? std::optional<std::string>()
                                                     : std::optional(container->name.schema);
  for (const auto& object : execution.services.catalog.List(execution.scope(), target.kind->kind,
                                                            container->name.database, schema)) {
    target.objects.push_back(FromCatalog(execution, *object));
  }
  return target;
}

Result<GrantObject> ParseGrantObject(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(const auto* kind, ParseKind(cursor, false));
  return FindOne(execution, cursor, *kind);
}

Result<access::Role> ParseDatabaseRole(Execution& execution, sql::Cursor& cursor) {
  FIRN_TRY(auto parts, cursor.ExpectNameParts());
  if (parts.size() == 1) parts.insert(parts.begin(), execution.state.database);
  if (parts.size() != 2) return cursor.Unexpected();
  FIRN_TRY(const auto database,
           execution.services.catalog.Find(execution.scope(), ObjectKind::kDatabase, {parts[0]}));
  return execution.services.access.roles().Find(parts[1], database->id);
}

Result<access::Role> ParseRole(Execution& execution, sql::Cursor& cursor) {
  if (cursor.Accept("DATABASE ROLE")) return ParseDatabaseRole(execution, cursor);
  cursor.Accept("ROLE");
  FIRN_TRY(const auto name, cursor.ExpectName());
  return execution.services.access.roles().Find(name);
}

std::string RoleSqlName(Execution& execution, const access::Role& role) {
  if (role.database_id == 0) return NameToSql(role.name);
  const auto database = execution.services.catalog.FindId(role.database_id);
  return (database ? database->SqlName() + "." : "") + NameToSql(role.name);
}

access::ObjectRef RoleRef(const access::Role& role) {
  return {role.database_id == 0 ? ObjectKind::kRole : ObjectKind::kDatabaseRole, role.id, role.name,
          role.owner};
}

Result<PrivilegeList> ParsePrivileges(sql::Cursor& cursor) {
  PrivilegeList list;
  if (cursor.Accept("ALL")) {
    cursor.Accept("PRIVILEGES");
    list.all = true;
    FIRN_CHECK(cursor.Expect("ON"));
    return list;
  }
  std::string words;
  while (!cursor.Accept("ON")) {
    const auto* token = cursor.Peek();
    if (token == nullptr) return cursor.Unexpected();
    if (cursor.AcceptSymbol(",")) {
      list.names.push_back(std::exchange(words, ""));
      continue;
    }
    if (token->kind != sql::TokenKind::kWord) return cursor.Unexpected();
    words += (words.empty() ? "" : " ") + UpperCase(token->text);
    cursor.Skip();
  }
  list.names.push_back(std::move(words));
  return list;
}

Result<access::PrivilegeSet> PrivilegesFor(const PrivilegeList& list, const KindInfo& kind) {
  const auto ownership = access::Bit(access::Privilege::kOwnership);
  if (list.all) return kind.privileges & ~ownership;
  access::PrivilegeSet set = 0;
  for (const auto& name : list.names) {
    const auto privilege = access::FindPrivilege(name);
    if (!privilege || (kind.privileges & access::Bit(*privilege)) == 0) {
      std::string known;
      for (const auto one : access::Privileges()) {
        if ((kind.privileges & access::Bit(one)) == 0) continue;
        known += (known.empty() ? "" : ", ") + std::string(access::PrivilegeName(one));
      }
      return SqlError(Code::kInvalid, 1003, "42000",
                      "SQL compilation error:\nThere is no privilege '" + name + "' on a " +
                          std::string(kind.name) + "; there are " + known + ".");
    }
    set |= access::Bit(*privilege);
  }
  return set;
}

}  // namespace firn::statements
