#include "access/check.hpp"

namespace firn::access {

std::string_view PrivilegeName(Privilege privilege) {
  switch (privilege) {
    case Privilege::kUsage: return "USAGE";
    case Privilege::kSelect: return "SELECT";
    case Privilege::kInsert: return "INSERT";
    case Privilege::kUpdate: return "UPDATE";
    case Privilege::kDelete: return "DELETE";
    case Privilege::kTruncate: return "TRUNCATE";
    case Privilege::kRead: return "READ";
    case Privilege::kWrite: return "WRITE";
    case Privilege::kMonitor: return "MONITOR";
    case Privilege::kOperate: return "OPERATE";
    case Privilege::kModify: return "MODIFY";
    case Privilege::kOwnership: return "OWNERSHIP";
    case Privilege::kCreateDatabase: return "CREATE DATABASE";
    case Privilege::kCreateSchema: return "CREATE SCHEMA";
    case Privilege::kCreateTable: return "CREATE TABLE";
    case Privilege::kCreateView: return "CREATE VIEW";
    case Privilege::kCreateStage: return "CREATE STAGE";
    case Privilege::kCreateFileFormat: return "CREATE FILE FORMAT";
    case Privilege::kManageUsers: return "MANAGE USERS";
  }
  return "UNKNOWN";
}

std::string_view ObjectKindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kAccount: return "ACCOUNT";
    case ObjectKind::kDatabase: return "DATABASE";
    case ObjectKind::kSchema: return "SCHEMA";
    case ObjectKind::kTable: return "TABLE";
    case ObjectKind::kView: return "VIEW";
    case ObjectKind::kStage: return "STAGE";
    case ObjectKind::kFileFormat: return "FILE FORMAT";
    case ObjectKind::kWarehouse: return "WAREHOUSE";
  }
  return "OBJECT";
}

}  // namespace firn::access
