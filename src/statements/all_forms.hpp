#pragma once

#include "statements/execution.hpp"

/// What each form runs: one function a kind of statement, its file named in forms.cpp's table.
namespace firn::statements {

Result<Outcome> RunQuery(Execution& execution);             // run_query.cpp
Result<Outcome> RunInsert(Execution& execution);            // run_insert.cpp
Result<Outcome> RunUpdate(Execution& execution);            // run_change.cpp
Result<Outcome> RunDelete(Execution& execution);            // run_change.cpp
Result<Outcome> RunMerge(Execution& execution);             // run_change.cpp
Result<Outcome> RunTruncate(Execution& execution);          // run_change.cpp
Result<Outcome> RunCreateTable(Execution& execution);       // create_table.cpp
Result<Outcome> RunCreateView(Execution& execution);        // create_view.cpp
Result<Outcome> RunCreateDatabase(Execution& execution);    // create_container.cpp
Result<Outcome> RunCreateSchema(Execution& execution);      // create_container.cpp
Result<Outcome> RunCreateStage(Execution& execution);       // create_stage.cpp
Result<Outcome> RunCreateFileFormat(Execution& execution);  // create_stage.cpp
Result<Outcome> RunDrop(Execution& execution);              // drop.cpp
Result<Outcome> RunAlterTable(Execution& execution);        // alter_table.cpp
Result<Outcome> RunComment(Execution& execution);           // alter_object.cpp
Result<Outcome> RunUse(Execution& execution);               // use.cpp
Result<Outcome> RunAlterSession(Execution& execution);      // alter_session.cpp
Result<Outcome> RunSetVariable(Execution& execution);       // alter_session.cpp
Result<Outcome> RunUnsetVariable(Execution& execution);     // alter_session.cpp
Result<Outcome> RunShowParameters(Execution& execution);    // show_parameters.cpp
Result<Outcome> RunShowVariables(Execution& execution);     // show_parameters.cpp
Result<Outcome> RunBegin(Execution& execution);             // transaction.cpp
Result<Outcome> RunCommit(Execution& execution);            // transaction.cpp
Result<Outcome> RunRollback(Execution& execution);          // transaction.cpp
Result<Outcome> RunShowObjects(Execution& execution);       // show_objects.cpp
Result<Outcome> RunShowKeys(Execution& execution);          // show_keys.cpp
Result<Outcome> RunDescribe(Execution& execution);          // describe.cpp
Result<Outcome> RunPut(Execution& execution);               // transfer.cpp
Result<Outcome> RunGet(Execution& execution);               // transfer.cpp
Result<Outcome> RunList(Execution& execution);              // list_stage.cpp
Result<Outcome> RunRemove(Execution& execution);            // list_stage.cpp
Result<Outcome> RunCopyIntoTable(Execution& execution);     // copy_into_table.cpp

// governance/
Result<Outcome> RunCreateUser(Execution& execution);      // users.cpp
Result<Outcome> RunAlterUser(Execution& execution);       // users.cpp
Result<Outcome> RunDropUser(Execution& execution);        // users.cpp
Result<Outcome> RunCreateRole(Execution& execution);      // roles.cpp
Result<Outcome> RunAlterRole(Execution& execution);       // roles.cpp
Result<Outcome> RunDropRole(Execution& execution);        // roles.cpp
Result<Outcome> RunCreatePolicy(Execution& execution);    // policies.cpp
Result<Outcome> RunAlterPolicy(Execution& execution);     // policies.cpp
Result<Outcome> RunDropPolicy(Execution& execution);      // policies.cpp
Result<Outcome> RunDescribePolicy(Execution& execution);  // describe_policy.cpp
Result<Outcome> RunAlterView(Execution& execution);       // attach_policy.cpp
Result<Outcome> RunGrant(Execution& execution);           // grant.cpp
Result<Outcome> RunRevoke(Execution& execution);          // grant.cpp
Result<Outcome> RunShowAccess(Execution& execution);      // show_access.cpp
Result<Outcome> RunDescribeAccess(Execution& execution);  // show_access.cpp
Result<Outcome> RunShowGrants(Execution& execution);      // show_grants.cpp

}  // namespace firn::statements
