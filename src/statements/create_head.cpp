#include "statements/create_head.hpp"

namespace firn::statements {

Result<CreateHead> ParseCreateHead(sql::Cursor& cursor, std::string_view kind) {
  CreateHead head;
  FIRN_CHECK(cursor.Expect("CREATE"));
  head.or_replace = cursor.Accept("OR REPLACE");
  while (!cursor.Accept(kind)) {
    if (cursor.Accept("TEMPORARY") || cursor.Accept("TEMP") || cursor.Accept("VOLATILE")) {
      head.temporary = true;
    } else if (cursor.Accept("TRANSIENT")) {
      head.transient = true;
    } else if (!cursor.Accept("LOCAL") && !cursor.Accept("GLOBAL") && !cursor.Accept("SCOPED") &&
               !cursor.Accept("SECURE") && !cursor.Accept("RECURSIVE")) {
      return cursor.Unexpected();
    }
  }
  head.if_not_exists = cursor.Accept("IF NOT EXISTS");
  FIRN_TRY(head.name, cursor.ExpectNameParts());
  head.if_not_exists = cursor.Accept("IF NOT EXISTS") || head.if_not_exists;
  return head;
}

}  // namespace firn::statements
