#include "access/kinds.hpp"

#include <algorithm>
#include <array>

namespace firn::access {
namespace {

using enum Privilege;

struct Named {
  Privilege privilege;
  std::string_view name;
};
constexpr std::array kNames{
    Named{kUsage, "USAGE"},
    Named{kSelect, "SELECT"},
    Named{kInsert, "INSERT"},
    Named{kUpdate, "UPDATE"},
    Named{kDelete, "DELETE"},
    Named{kTruncate, "TRUNCATE"},
    Named{kReferences, "REFERENCES"},
    Named{kRead, "READ"},
    Named{kWrite, "WRITE"},
    Named{kMonitor, "MONITOR"},
    Named{kOperate, "OPERATE"},
    Named{kModify, "MODIFY"},
    Named{kOwnership, "OWNERSHIP"},
    Named{kCreateDatabase, "CREATE DATABASE"},
    Named{kCreateWarehouse, "CREATE WAREHOUSE"},
    Named{kCreateRole, "CREATE ROLE"},
    Named{kCreateUser, "CREATE USER"},
    Named{kManageGrants, "MANAGE GRANTS"},
    Named{kCreateSchema, "CREATE SCHEMA"},
    Named{kCreateDatabaseRole, "CREATE DATABASE ROLE"},
    Named{kCreateTable, "CREATE TABLE"},
    Named{kCreateView, "CREATE VIEW"},
    Named{kCreateStage, "CREATE STAGE"},
    Named{kCreateFileFormat, "CREATE FILE FORMAT"},
    Named{kCreateRowAccessPolicy, "CREATE ROW ACCESS POLICY"},
    Named{kCreateMaskingPolicy, "CREATE MASKING POLICY"},
    Named{kApply, "APPLY"},
    Named{kApplyRowAccessPolicy, "APPLY ROW ACCESS POLICY"},
    Named{kApplyMaskingPolicy, "APPLY MASKING POLICY"},
};

constexpr PrivilegeSet Of(std::initializer_list<Privilege> privileges) {
  PrivilegeSet set = 0;
  for (const auto privilege : privileges) set |= Bit(privilege);
  return set;
}

constexpr std::array kKinds{
    KindInfo{ObjectKind::kAccount, "ACCOUNT", "",
             Of({kCreateDatabase, kCreateWarehouse, kCreateRole, kCreateUser, kManageGrants,
                 kMonitor, kApplyRowAccessPolicy, kApplyMaskingPolicy}),
             false},
    KindInfo{ObjectKind::kDatabase, "DATABASE", "DATABASES",
             Of({kUsage, kModify, kMonitor, kCreateSchema, kCreateDatabaseRole, kOwnership})},
    KindInfo{ObjectKind::kSchema, "SCHEMA", "SCHEMAS",
             Of({kUsage, kModify, kMonitor, kCreateTable, kCreateView, kCreateStage,
                 kCreateFileFormat, kCreateRowAccessPolicy, kCreateMaskingPolicy, kOwnership})},
    KindInfo{ObjectKind::kTable, "TABLE", "TABLES",
             Of({kSelect, kInsert, kUpdate, kDelete, kTruncate, kReferences, kOwnership})},
    KindInfo{ObjectKind::kView, "VIEW", "VIEWS", Of({kSelect, kReferences, kOwnership})},
    KindInfo{ObjectKind::kStage, "STAGE", "STAGES", Of({kUsage, kRead, kWrite, kOwnership})},
    KindInfo{ObjectKind::kFileFormat, "FILE FORMAT", "FILE FORMATS", Of({kUsage, kOwnership})},
    KindInfo{ObjectKind::kWarehouse, "WAREHOUSE", "",
             Of({kUsage, kOperate, kMonitor, kModify, kOwnership})},
    KindInfo{ObjectKind::kRowAccessPolicy, "ROW ACCESS POLICY", "", Of({kApply, kOwnership})},
    KindInfo{ObjectKind::kMaskingPolicy, "MASKING POLICY", "", Of({kApply, kOwnership})},
    KindInfo{ObjectKind::kRole, "ROLE", "", Of({kOwnership}), false},
    KindInfo{ObjectKind::kDatabaseRole, "DATABASE ROLE", "", Of({kOwnership}), false},
    KindInfo{ObjectKind::kUser, "USER", "", Of({kMonitor, kOwnership}), false},
};

constexpr auto kPrivileges = [] {
  std::array<Privilege, kNames.size()> all{};
  for (std::size_t i = 0; i < kNames.size(); ++i) all[i] = kNames[i].privilege;
  return all;
}();

}  // namespace

std::span<const KindInfo> Kinds() { return kKinds; }

const KindInfo& KindOf(ObjectKind kind) {
  return *std::ranges::find(kKinds, kind, &KindInfo::kind);
}

const KindInfo* FindKind(std::string_view name) {
  const auto at = std::ranges::find_if(kKinds, [&](const KindInfo& info) {
    return info.name == name || (!info.plural.empty() && info.plural == name);
  });
  return at == kKinds.end() ? nullptr : &*at;
}

std::optional<Privilege> FindPrivilege(std::string_view name) {
  const auto at = std::ranges::find(kNames, name, &Named::name);
  return at == kNames.end() ? std::nullopt : std::optional(at->privilege);
}

std::span<const Privilege> Privileges() { return kPrivileges; }

bool NeedsPrimaryRole(Privilege privilege) {
  return PrivilegeName(privilege).starts_with("CREATE ");
}

std::string_view PrivilegeName(Privilege privilege) {
  return std::ranges::find(kNames, privilege, &Named::privilege)->name;
}

std::string_view ObjectKindName(ObjectKind kind) { return KindOf(kind).name; }

}  // namespace firn::access
