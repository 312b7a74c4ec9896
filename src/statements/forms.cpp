#include "statements/all_forms.hpp"
#include "statements/form.hpp"

#include <array>

namespace firn::statements {
namespace {

using enum StatementType;
using enum Effect;

constexpr bool kDescribable = true;

constexpr std::array kForms{
    Form{"SELECT", kSelect, kReads, RunQuery, kDescribable},
    Form{"WITH", kSelect, kReads, RunQuery, kDescribable},
    Form{"VALUES", kSelect, kReads, RunQuery, kDescribable},
    Form{"(", kSelect, kReads, RunQuery, kDescribable},

    Form{"INSERT [OVERWRITE] INTO", kInsert, kWrites, RunInsert},
    Form{"UPDATE", kUpdate, kWrites, RunUpdate},
    Form{"DELETE FROM", kDelete, kWrites, RunDelete},
    Form{"MERGE INTO", kMerge, kWrites, RunMerge},
    Form{"TRUNCATE [TABLE]", kDelete, kRemoves, RunTruncate},
    Form{"COPY INTO", kCopy, kWrites, RunCopyIntoTable},

    Form{"CREATE [OR REPLACE] [LOCAL|GLOBAL|SCOPED] [TEMP|TEMPORARY|VOLATILE|TRANSIENT] TABLE",
         kDdl, kDefines, RunCreateTable},
    Form{"CREATE [OR REPLACE] [SECURE] [TEMP|TEMPORARY] [RECURSIVE] VIEW", kDdl, kDefines,
         RunCreateView},
    Form{"CREATE [OR REPLACE] [TRANSIENT] DATABASE", kDdl, kDefines, RunCreateDatabase},
    Form{"CREATE [OR REPLACE] [TRANSIENT] SCHEMA", kDdl, kDefines, RunCreateSchema},
    Form{"CREATE [OR REPLACE] [SCOPED] [TEMP|TEMPORARY] STAGE", kDdl, kDefines, RunCreateStage},
    Form{"CREATE [OR REPLACE] [SCOPED] [TEMP|TEMPORARY] FILE FORMAT", kDdl, kDefines,
         RunCreateFileFormat},
    Form{"CREATE [OR REPLACE] USER", kDdl, kDefines, RunCreateUser},
    Form{"ALTER USER", kDdl, kDefines, RunAlterUser},
    Form{"DROP USER", kDdl, kRemoves, RunDropUser},
    Form{"CREATE [DATABASE] ROLE", kDdl, kDefines, RunCreateRole},
    Form{"ALTER [DATABASE] ROLE", kDdl, kDefines, RunAlterRole},
    Form{"DROP [DATABASE] ROLE", kDdl, kRemoves, RunDropRole},
    Form{"CREATE [OR REPLACE] ROW ACCESS POLICY", kDdl, kDefines, RunCreatePolicy},
    Form{"CREATE [OR REPLACE] MASKING POLICY", kDdl, kDefines, RunCreatePolicy},
    Form{"ALTER ROW ACCESS POLICY", kDdl, kDefines, RunAlterPolicy},
    Form{"ALTER MASKING POLICY", kDdl, kDefines, RunAlterPolicy},
    Form{"DROP ROW ACCESS POLICY", kDdl, kRemoves, RunDropPolicy},
    Form{"DROP MASKING POLICY", kDdl, kRemoves, RunDropPolicy},
    Form{"ALTER VIEW", kDdl, kDefines, RunAlterView},
    Form{"GRANT", kDdl, kDefines, RunGrant},
    Form{"REVOKE", kDdl, kRemoves, RunRevoke},
    Form{"DROP DATABASE", kDdl, kRemoves, RunDrop},
    Form{"DROP SCHEMA", kDdl, kRemoves, RunDrop},
    Form{"DROP TABLE", kDdl, kRemoves, RunDrop},
    Form{"DROP VIEW", kDdl, kRemoves, RunDrop},
    Form{"DROP STAGE", kDdl, kRemoves, RunDrop},
    Form{"DROP FILE FORMAT", kDdl, kRemoves, RunDrop},
    Form{"ALTER TABLE", kDdl, kDefines, RunAlterTable},
    Form{"COMMENT [IF EXISTS] ON", kDdl, kDefines, RunComment},

    Form{"USE", kSession, kConfigures, RunUse},
    Form{"ALTER SESSION", kSession, kConfigures, RunAlterSession},
    Form{"SET", kSession, kConfigures, RunSetVariable},
    Form{"UNSET", kSession, kConfigures, RunUnsetVariable},

    Form{"BEGIN", kTransaction, kReads, RunBegin},
    Form{"START TRANSACTION", kTransaction, kReads, RunBegin},
    Form{"COMMIT", kTransaction, kReads, RunCommit},
    Form{"ROLLBACK", kTransaction, kReads, RunRollback},

    Form{"SHOW [TERSE] DATABASES", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW [TERSE] SCHEMAS", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW [TERSE] TABLES", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW [TERSE] VIEWS", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW [TERSE] OBJECTS", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW [TERSE] COLUMNS", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW STAGES", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW FILE FORMATS", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW WAREHOUSES", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW PARAMETERS", kShow, kReads, RunShowParameters, kDescribable},
    Form{"SHOW VARIABLES", kShow, kReads, RunShowVariables, kDescribable},
    Form{"SHOW [TERSE] PRIMARY KEYS", kShow, kReads, RunShowKeys, kDescribable},
    Form{"SHOW [TERSE] UNIQUE KEYS", kShow, kReads, RunShowKeys, kDescribable},
    Form{"SHOW [TERSE] IMPORTED KEYS", kShow, kReads, RunShowKeys, kDescribable},
    Form{"SHOW [TERSE] EXPORTED KEYS", kShow, kReads, RunShowKeys, kDescribable},
    Form{"SHOW [TERSE] USERS", kShow, kReads, RunShowAccess, kDescribable},
    Form{"SHOW [TERSE] ROLES", kShow, kReads, RunShowAccess, kDescribable},
    Form{"SHOW DATABASE ROLES", kShow, kReads, RunShowAccess, kDescribable},
    Form{"SHOW [FUTURE] GRANTS", kShow, kReads, RunShowGrants, kDescribable},
    Form{"SHOW USER PROGRAMMATIC ACCESS TOKENS", kShow, kReads, RunShowAccess, kDescribable},
    Form{"SHOW ROW ACCESS POLICIES", kShow, kReads, RunShowObjects, kDescribable},
    Form{"SHOW MASKING POLICIES", kShow, kReads, RunShowObjects, kDescribable},
    Form{"DESCRIBE ROW ACCESS POLICY", kDescribe, kReads, RunDescribePolicy, kDescribable},
    Form{"DESC ROW ACCESS POLICY", kDescribe, kReads, RunDescribePolicy, kDescribable},
    Form{"DESCRIBE MASKING POLICY", kDescribe, kReads, RunDescribePolicy, kDescribable},
    Form{"DESC MASKING POLICY", kDescribe, kReads, RunDescribePolicy, kDescribable},
    Form{"DESCRIBE", kDescribe, kReads, RunDescribe, kDescribable},
    Form{"DESC", kDescribe, kReads, RunDescribe, kDescribable},
    Form{"DESCRIBE USER", kDescribe, kReads, RunDescribeAccess, kDescribable},
    Form{"DESC USER", kDescribe, kReads, RunDescribeAccess, kDescribable},
    Form{"DESCRIBE ROLE", kDescribe, kReads, RunDescribeAccess, kDescribable},
    Form{"DESC ROLE", kDescribe, kReads, RunDescribeAccess, kDescribable},

    Form{"PUT", kPut, kWrites, RunPut},
    Form{"GET", kGet, kReads, RunGet},
    Form{"LIST", kList, kReads, RunList, kDescribable},
    Form{"LS", kList, kReads, RunList, kDescribable},
    Form{"REMOVE", kRemove, kRemovesFiles, RunRemove},
    Form{"RM", kRemove, kRemovesFiles, RunRemove},
};

}  // namespace

std::span<const Form> Forms() { return kForms; }

}  // namespace firn::statements
