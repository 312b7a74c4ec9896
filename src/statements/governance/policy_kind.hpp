#pragma once

#include <string_view>

#include "access/check.hpp"
#include "statements/execution.hpp"

namespace firn::statements {

/// What row access and masking policies differ in.
struct PolicyKind {
  access::ObjectKind kind = access::ObjectKind::kRowAccessPolicy;
  bool is_masking = false;
  std::string_view words;  ///< in statements: "ROW ACCESS POLICY"
  std::string_view noun;   ///< in sentences: "Row access policy"
  access::Privilege create = access::Privilege::kCreateRowAccessPolicy;
  access::Privilege apply = access::Privilege::kApplyRowAccessPolicy;  ///< on the account
};

inline constexpr PolicyKind kRowAccess{access::ObjectKind::kRowAccessPolicy,
                                       false,
                                       "ROW ACCESS POLICY",
                                       "Row access policy",
                                       access::Privilege::kCreateRowAccessPolicy,
                                       access::Privilege::kApplyRowAccessPolicy};
inline constexpr PolicyKind kMasking{access::ObjectKind::kMaskingPolicy,
                                     true,
                                     "MASKING POLICY",
                                     "Masking policy",
                                     access::Privilege::kCreateMaskingPolicy,
                                     access::Privilege::kApplyMaskingPolicy};

/// The kind that the statement's first words name: the first of ROW and MASKING in it.
Result<PolicyKind> KindOfStatement(const Execution& execution);

}  // namespace firn::statements
