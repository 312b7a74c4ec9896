#include "access/rules.hpp"

#include <array>

#include "base/names.hpp"

namespace firn::access {
namespace {

bool OwnsObject(const Question& question) {
  return !question.object.owner_role.empty() &&
         question.directory.Holds(question.active, question.object.owner_role);
}

bool WasGranted(const Question& question) {
  const auto held = question.grants.Of({question.object.kind, question.object.id}, question.active);
  return (held & Bit(question.privilege)) != 0;
}

constexpr std::array kRules{
    Rule{"owner", &OwnsObject},
    Rule{"grant", &WasGranted},
};

}  // namespace

const Rule* FindRule(const Directory& directory, const GrantBook& grants,
                     const Principal& principal, Privilege privilege, const ObjectRef& object) {
  const auto* active = directory.ActiveRoles(principal, NeedsPrimaryRole(privilege));
  if (active == nullptr) return nullptr;
  const Question question{directory, grants, *active, privilege, object};
  for (const auto& rule : kRules) {
    if (rule.allows(question)) return &rule;
  }
  return nullptr;
}

bool SeesObject(const Directory& directory, const GrantBook& grants, const Principal& principal,
                const ObjectRef& object) {
  const auto* active = directory.ActiveRoles(principal, false);
  if (active == nullptr) return false;
  if (grants.Of({object.kind, object.id}, *active) != 0) return true;
  const Question question{directory, grants, *active, Privilege::kManageGrants, object};
  const Question account{directory, grants, *active, Privilege::kManageGrants, kTheAccount};
  return OwnsObject(question) || OwnsObject(account) || WasGranted(account);
}

Error Denied(const Principal& principal, Privilege privilege, const ObjectRef& object) {
  std::string message = "SQL access control error:\nInsufficient privileges to operate on ";
  message += LowerCase(ObjectKindName(object.kind));
  message += " '" + std::string(object.sql_name) + "'. Role '" + principal.role +
             "' needs the privilege " + std::string(PrivilegeName(privilege)) + " on it.";
  return SqlError(Code::kDenied, 3001, "42501", std::move(message));
}

}  // namespace firn::access
