#pragma once

#include <cstdint>
#include <string>

namespace firn::access {

/// Who asks: a user under a role. Every access check takes one.
struct Principal {
  std::int64_t user_id = 0;
  std::string user;
  std::string role;
  /// Set by a token that is bound to one role: no other role may be taken. Empty: any of the
  /// user's.
  std::string only_role = {};
  /// USE SECONDARY ROLES ALL: what any role of the user's may do, this session may (but create).
  bool all_roles = false;

  bool operator==(const Principal&) const = default;
};

}  // namespace firn::access
