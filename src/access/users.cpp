#include <algorithm>

#include "access/schema.hpp"
#include "access/secrets.hpp"
#include "access/service_impl.hpp"
#include "base/names.hpp"

namespace firn::access {
namespace {

constexpr std::string_view kUserColumns =
    "id, name, type, default_role, default_warehouse, default_namespace, email, comment, disabled,"
    " CASE WHEN password_hash <> '' THEN 1 ELSE 0 END, fingerprint_1, fingerprint_2, created_on_ms";

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

Result<User> AccessServiceImpl::CreateUser(const std::string& name,
                                           const std::string& default_role) {
  FIRN_CHECK(CheckUserName(name));
  const std::lock_guard lock(changes_);
  {
    FIRN_TRY(auto transaction, database_.Begin());
    const std::string role = default_role.empty() ? std::string(kPublic) : default_role;
    FIRN_TRY(const auto roles,
             transaction->Query("SELECT id FROM access_role WHERE name = ?", {role}));
    if (roles.empty()) return NoSuchObject("Role", role);
    FIRN_TRY(const std::int64_t id, NextId(*transaction, "user"));
    const auto made = transaction->Execute(
        "INSERT INTO access_user (id, name, login_name, type, default_role, default_warehouse,"
        " default_namespace, email, comment, disabled, created_on_ms, password_hash, key_1,"
        " fingerprint_1, key_2, fingerprint_2)"
        " VALUES (?, ?, ?, 'PERSON', ?, '', '', '', '', 0, ?, '', '', '', '', '')",
        {id, name, UpperCase(name), role, clock_.NowMs()});
    if (!made) {
      if (made.error().code != Code::kExists) return made.error();
      return SqlError(Code::kExists, 2002, "42710", "User '" + name + "' already exists.");
    }
    if (role != kPublic) {
      FIRN_CHECK(
          transaction->Execute("INSERT INTO access_role_grant (role_id, grantee_kind, grantee_id)"
                               " VALUES (?, 'USER', ?)",
                               {store::AsInt(roles[0].at(0)), id}));
    }
    FIRN_CHECK(transaction->Commit());
  }
  FIRN_CHECK(ReloadDirectory());
  return FindUser(name);
}

Status AccessServiceImpl::KeepAnAdministrator(std::int64_t leaving_user) const {
  const auto known = directory();
  const std::string admin(kAccountAdmin);
  const auto is_admin = [&](const auto& user) { return user.second.contains(admin); };
  const auto leaving = known->roles_of_user.find(leaving_user);
  if (leaving == known->roles_of_user.end() || !is_admin(*leaving)) return {};
  if (std::count_if(known->roles_of_user.begin(), known->roles_of_user.end(), is_admin) > 1) {
    return {};
  }
  return Error{Code::kConflict,
               "This is the last user with the role ACCOUNTADMIN: without it nobody could "
               "administer the account. Give the role to another user first."};
}

Status AccessServiceImpl::DropUser(const std::string& name) {
  const std::lock_guard lock(changes_);
  FIRN_TRY(const User user, FindUser(name));
  FIRN_CHECK(KeepAnAdministrator(user.id));
  {
    FIRN_TRY(auto transaction, database_.Begin());
    FIRN_CHECK(transaction->Execute("DELETE FROM access_token WHERE user_id = ?", {user.id}));
    FIRN_CHECK(transaction->Execute(
        "DELETE FROM access_role_grant WHERE grantee_kind = 'USER' AND grantee_id = ?", {user.id}));
    FIRN_CHECK(transaction->Execute("DELETE FROM access_user WHERE id = ?", {user.id}));
    FIRN_CHECK(transaction->Commit());
  }
  return ReloadDirectory();
}

Status AccessServiceImpl::SetDisabled(const std::string& user, bool disabled) {
  const std::lock_guard lock(changes_);
  FIRN_TRY(const User found, FindUser(user));
  if (disabled) FIRN_CHECK(KeepAnAdministrator(found.id));
  FIRN_CHECK(database_.Execute("UPDATE access_user SET disabled = ? WHERE id = ?",
                               {std::int64_t{disabled ? 1 : 0}, found.id}));
  return ReloadDirectory();
}

Status AccessServiceImpl::AlterUser(const std::string& name, const UserChange& change) {
  const std::lock_guard lock(changes_);
  FIRN_TRY(const User user, FindUser(name));
  const std::string type = UpperCase(change.type.value_or(user.type));
  if (type != "PERSON" && type != "SERVICE") {
    return Error{Code::kInvalid, "A user's TYPE is PERSON or SERVICE."};
  }
  FIRN_CHECK(database_.Execute(
      "UPDATE access_user SET type = ?, default_role = ?, default_warehouse = ?,"
      " default_namespace = ?, email = ?, comment = ? WHERE id = ?",
      {type, change.default_role.value_or(user.default_role),
       change.default_warehouse.value_or(user.default_warehouse),
       change.default_namespace.value_or(user.default_namespace), change.email.value_or(user.email),
       change.comment.value_or(user.comment), user.id}));
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
