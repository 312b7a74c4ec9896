#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "access/check.hpp"

namespace firn::access {

/// A set of privileges, one bit each.
using PrivilegeSet = std::uint64_t;
constexpr PrivilegeSet Bit(Privilege privilege) {
  return PrivilegeSet{1} << static_cast<unsigned>(privilege);
}

/// One kind of object and what can be granted on it. A new kind adds a line to the table in
/// kinds.cpp, and GRANT, REVOKE, SHOW GRANTS and future grants know it.
struct KindInfo {
  ObjectKind kind;
  std::string_view name;    ///< "TABLE", as in ON TABLE t
  std::string_view plural;  ///< "TABLES", as in ON ALL TABLES IN SCHEMA s; empty: never in bulk
  PrivilegeSet privileges;  ///< OWNERSHIP included where there is an owner
  bool in_catalog = true;   ///< false: the account, roles and users are access's own
};

std::span<const KindInfo> Kinds();
const KindInfo& KindOf(ObjectKind kind);
/// By name or plural, upper case; null when there is none.
const KindInfo* FindKind(std::string_view name);
/// By name, upper case: "CREATE TABLE". Nothing when there is none.
std::optional<Privilege> FindPrivilege(std::string_view name);
/// All of them, in the order of the enum.
std::span<const Privilege> Privileges();

/// Rights to make something: only the primary role's count, since it will own what is made.
bool NeedsPrimaryRole(Privilege privilege);

}  // namespace firn::access
