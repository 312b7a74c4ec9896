#include "access/rules.hpp"

#include <array>

#include "base/names.hpp"

namespace firn::access {
namespace {

bool IsAccountAdministrator(const Directory& directory, const Principal& principal, Privilege,
                            const ObjectRef&) {
  const auto role = directory.inherited.find(principal.role);
  return role != directory.inherited.end() && role->second.contains(std::string(kAccountAdmin));
}

bool OwnsObject(const Directory& directory, const Principal& principal, Privilege,
                const ObjectRef& object) {
  if (object.owner_role.empty()) return false;
  const auto role = directory.inherited.find(principal.role);
  return role != directory.inherited.end() && role->second.contains(std::string(object.owner_role));
}

constexpr std::array kRules{
    Rule{"account administrator", &IsAccountAdministrator},
    Rule{"owner", &OwnsObject},
};

}  // namespace

const Rule* FindRule(const Directory& directory, const Principal& principal, Privilege privilege,
                     const ObjectRef& object) {
  // User 0 is Firn itself at work; everyone else must still be an enabled user who holds the role.
  if (principal.user_id != 0) {
    const auto user = directory.roles_of_user.find(principal.user_id);
    if (user == directory.roles_of_user.end() || !user->second.contains(principal.role)) {
      return nullptr;
    }
  }
  for (const auto& rule : kRules) {
    if (rule.allows(directory, principal, privilege, object)) return &rule;
  }
  return nullptr;
}

Error Denied(const Principal& principal, Privilege privilege, const ObjectRef& object) {
  std::string message = "SQL access control error:\nInsufficient privileges to operate on ";
  message += LowerCase(ObjectKindName(object.kind));
  message += " '" + std::string(object.sql_name) + "'. Role '" + principal.role +
             "' needs the privilege " + std::string(PrivilegeName(privilege)) + " on it.";
  return SqlError(Code::kDenied, 3001, "42501", std::move(message));
}

}  // namespace firn::access
