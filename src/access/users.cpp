#include <algorithm>

#include "access/schema.hpp"
#include "access/secrets.hpp"
#include "access/service_impl.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

constexpr std::string_view kUserColumns =
    "id, name, type, default_role, default_warehouse, default_namespace, email, comment, disabled,"
    " CASE WHEN password_hash <> '' THEN 1 ELSE 0 END, fingerprint_1, fingerprint_2, created_on_ms,"
    " owner, default_secondary_roles";

User UserFrom(const store::Row& row) {
  User user;
  user.id = store::AsInt(row.at(0));
  user.name = store::AsText(row.at(1));
  user.type = store::AsText(row.at(2));
  user.default_role = store::AsText(row.at(3));
  user.default_warehouse = store::AsText(row.at(4));
  user.default_namespace = store::AsText(row.at(5));
  user.email = store::AsText(row.at(6));
  user.comment = store::AsText(row.at(7));
  user.disabled = store::AsInt(row.at(8)) != 0;
  user.has_password = store::AsInt(row.at(9)) != 0;
  user.key_fingerprint = store::AsText(row.at(10));
  user.key_fingerprint_2 = store::AsText(row.at(11));
  user.created_on_ms = store::AsInt(row.at(12));
  user.owner = store::AsText(row.at(13));
  user.secondary_roles = store::AsText(row.at(14)) == "ALL";
  return user;
}

constexpr std::size_t kMaxNameBytes = 255;

Status CheckUserName(const std::string& name) {
  const bool fits = !name.empty() && name.size() <= kMaxNameBytes &&
                    std::none_of(name.begin(), name.end(), [](char c) {
                      return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
                    });
  if (fits) return {};
  return Error{Code::kInvalid,
               "A user's name has 1 to 255 bytes and no control characters; choose another."};
}

}  // namespace

Result<User> AccessServiceImpl::FindUser(const std::string& name) const {
  FIRN_TRY(const auto rows,
           database_.Query(
               "SELECT " + std::string(kUserColumns) + " FROM access_user WHERE name = ?", {name}));
  if (rows.empty()) return NoSuchObject("User", name);
  return UserFrom(rows[0]);
}

Result<std::vector<User>> AccessServiceImpl::ListUsers() const {
  FIRN_TRY(const auto rows, database_.Query("SELECT " + std::string(kUserColumns) +
                                            " FROM access_user ORDER BY name"));
  std::vector<User> users;
  for (const auto& row : rows) users.push_back(UserFrom(row));
  return users;
}

Result<User> AccessServiceImpl::CreateUser(const std::string& name, const NewUser& made) {
  FIRN_CHECK(CheckUserName(name));
  FIRN_CHECK(directory_.Change([&](store::Executor& executor) -> Status {
    FIRN_TRY(const std::int64_t id, NextId(executor, "user"));
    const auto inserted = executor.Execute(
        "INSERT INTO access_user (id, name, login_name, type, default_role, default_warehouse,"
        " default_namespace, email, comment, disabled, created_on_ms, password_hash, key_1,"
        " fingerprint_1, key_2, fingerprint_2, owner, default_secondary_roles)"
        " VALUES (?, ?, ?, 'PERSON', ?, '', '', '', '', 0, ?, '', '', '', '', '', ?, 'ALL')",
        {id, name, UpperCase(name), made.default_role, clock_.NowMs(), made.owner});
    if (inserted) return {};
    if (inserted.error().code != Code::kExists) return inserted.error();
    return SqlError(Code::kExists, 2002, "42710",
                    "SQL compilation error:\nObject '" + name + "' already exists.");
  }));
  return FindUser(name);
}

Status AccessServiceImpl::DropUser(const std::string& name) {
  FIRN_TRY(const User user, FindUser(name));
  return directory_.Change([&](store::Executor& executor) -> Status {
    for (const auto* sql :
         {"DELETE FROM access_token WHERE user_id = ?",
          "DELETE FROM access_role_grant WHERE grantee_kind = 'USER' AND grantee_id = ?",
          "DELETE FROM access_grant WHERE kind = 'USER' AND object_id = ?",
          "DELETE FROM access_user WHERE id = ?"}) {
      FIRN_CHECK(executor.Execute(sql, {user.id}));
    }
    return {};
  });
}

Status AccessServiceImpl::SetDisabled(const std::string& user, bool disabled) {
  FIRN_TRY(const User found, FindUser(user));
  return directory_.Change([&](store::Executor& executor) -> Status {
    FIRN_CHECK(executor.Execute("UPDATE access_user SET disabled = ? WHERE id = ?",
                                {std::int64_t{disabled ? 1 : 0}, found.id}));
    return {};
  });
}

Status AccessServiceImpl::AlterUser(const std::string& name, const UserChange& change) {
  FIRN_TRY(const User user, FindUser(name));
  const std::string type = UpperCase(change.type.value_or(user.type));
  if (type != "PERSON" && type != "SERVICE") {
    return Error{Code::kInvalid, "A user's TYPE is PERSON or SERVICE."};
  }
  const auto or_null = [](const std::optional<std::string>& text) {
    return text ? store::Value(*text) : store::Value();
  };
  const auto secondary = change.secondary_roles
                             ? store::Value(std::string(*change.secondary_roles ? "ALL" : ""))
                             : store::Value();
  FIRN_CHECK(database_.Execute(
      "UPDATE access_user SET type = ?, default_role = COALESCE(?, default_role),"
      " default_warehouse = COALESCE(?, default_warehouse),"
      " default_namespace = COALESCE(?, default_namespace), email = COALESCE(?, email),"
      " comment = COALESCE(?, comment), owner = COALESCE(?, owner),"
      " default_secondary_roles = COALESCE(?, default_secondary_roles) WHERE id = ?",
      {type, or_null(change.default_role), or_null(change.default_warehouse),
       or_null(change.default_namespace), or_null(change.email), or_null(change.comment),
       or_null(change.owner), secondary, user.id}));
  return {};
}

Status AccessServiceImpl::SetPassword(const std::string& user, const std::string& password) {
  FIRN_CHECK(CheckPasswordPolicy(password));
  FIRN_TRY(const User found, FindUser(user));
  if (found.type == "SERVICE") {
    return Error{Code::kInvalid, "User '" + user +
                                     "' is of TYPE SERVICE and cannot have a password; use a key "
                                     "pair or an access token."};
  }
  FIRN_TRY(std::string hash, passwords_.Hash(password));
  const SecretString kept(std::move(hash));
  FIRN_TRY(const std::int64_t changed,
           database_.Execute("UPDATE access_user SET password_hash = ? WHERE id = ?",
                             {kept.value(), found.id}));
  if (changed == 0) return NoSuchObject("User", user);
  return {};
}

Status AccessServiceImpl::SetPublicKey(const std::string& user, int slot, const std::string& key) {
  if (slot != 1 && slot != 2) {
    return Error{Code::kInvalid,
                 "A user has the key slots 1 (RSA_PUBLIC_KEY) and 2 "
                 "(RSA_PUBLIC_KEY_2)."};
  }
  std::string base64;
  std::string fingerprint;
  if (!key.empty()) {
    FIRN_TRY(const PublicKey parsed, PublicKey::Parse(key));
    base64 = parsed.base64();
    fingerprint = parsed.fingerprint();
  }
  FIRN_TRY(const std::int64_t changed,
           database_.Execute(
               slot == 1 ? "UPDATE access_user SET key_1 = ?, fingerprint_1 = ? WHERE name = ?"
                         : "UPDATE access_user SET key_2 = ?, fingerprint_2 = ? WHERE name = ?",
               {base64, fingerprint, user}));
  if (changed == 0) return NoSuchObject("User", user);
  return {};
}

}  // namespace firn::access
