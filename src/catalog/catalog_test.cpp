#include <doctest/doctest.h>

#include "catalog/catalog_home_test.hpp"
#include "catalog/object_json.hpp"

namespace firn::catalog {
namespace {

bool Says(const Error& error, Code code, int number, std::string_view state,
          std::string_view sentence) {
  CHECK(error.code == code);
  CHECK(error.sql_number == number);
  CHECK(error.sql_state == state);
  CHECK(error.message == sentence);
  return true;
}

}  // namespace

TEST_CASE("catalog: the first opening makes FIRN, PUBLIC and FIRN_WH, and only the first") {
  Home home;
  CHECK(home.Find(ObjectKind::kDatabase, {"FIRN"}));
  CHECK(home.Find(ObjectKind::kSchema, {"PUBLIC"}));
  const auto warehouse = home.Find(ObjectKind::kWarehouse, {"FIRN_WH"});
  REQUIRE(warehouse);
  CHECK((*warehouse)->SqlName() == "FIRN_WH");
  CHECK((*warehouse)->owner_role == "SYSADMIN");
  REQUIRE(home.IntendDrop((*home.Find(ObjectKind::kDatabase, {"FIRN"}))->id)->Confirm());
  home.Reopen();
  CHECK_FALSE(home.Find(ObjectKind::kDatabase, {"FIRN"}));
  CHECK_FALSE(home.Find(ObjectKind::kSchema, {"PUBLIC"}));
  CHECK(home.Find(ObjectKind::kWarehouse, {"FIRN_WH"}));
}

TEST_CASE("catalog: names are completed from the scope") {
  Home home;
  const auto complete = [&](const Scope& scope, ObjectKind kind,
                            const std::vector<std::string>& parts) {
    const auto name = home.catalog->Complete(scope, kind, parts);
    return name ? name->ToSql() : std::to_string(name.error().sql_number);
  };
  const Scope none{home.scope.principal, "", ""};
  const Scope database{home.scope.principal, "D", ""};
  CHECK(complete(home.scope, ObjectKind::kTable, {"t"}) == "FIRN.PUBLIC.\"t\"");
  CHECK(complete(home.scope, ObjectKind::kTable, {"S", "T"}) == "FIRN.S.T");
  CHECK(complete(none, ObjectKind::kTable, {"D", "S", "T"}) == "D.S.T");
  CHECK(complete(none, ObjectKind::kTable, {"D", "", "T"}) == "D.PUBLIC.T");
  CHECK(complete(none, ObjectKind::kTable, {"S", "T"}) == "90105");
  CHECK(complete(none, ObjectKind::kSchema, {"S"}) == "90105");
  CHECK(complete(database, ObjectKind::kTable, {"T"}) == "90106");
  CHECK(complete(database, ObjectKind::kSchema, {"S"}) == "D.S");
  CHECK(complete(none, ObjectKind::kSchema, {"D", "S"}) == "D.S");
  CHECK(complete(none, ObjectKind::kDatabase, {"D"}) == "D");
  CHECK(complete(none, ObjectKind::kWarehouse, {"W"}) == "W");
  CHECK(complete(home.scope, ObjectKind::kDatabase, {"A", "B"}) == "1003");
  CHECK(complete(home.scope, ObjectKind::kWarehouse, {"A", "B"}) == "1003");
  CHECK(complete(home.scope, ObjectKind::kSchema, {"A", "B", "C"}) == "1003");
  CHECK(complete(home.scope, ObjectKind::kTable, {"A", "B", "C", "D"}) == "1003");
  CHECK(complete(home.scope, ObjectKind::kTable, {"", "T"}) == "1003");
  CHECK(complete(home.scope, ObjectKind::kTable, {}) == "1003");
  CHECK(home.catalog->Complete(none, ObjectKind::kTable, {"T"})
            .error()
            .message.starts_with(
                "Cannot perform operation. This session does not have a current database."));
}

TEST_CASE("catalog: what is not there is told in Snowflake's words") {
  Home home;
  Says(home.Find(ObjectKind::kTable, {"X"}).error(), Code::kNotFound, 2003, "42S02",
       "SQL compilation error:\nObject 'FIRN.PUBLIC.X' does not exist or not authorized.");
  Says(home.Find(ObjectKind::kTable, {"NODB", "S", "X"}).error(), Code::kNotFound, 2003, "02000",
       "SQL compilation error:\nDatabase 'NODB' does not exist or not authorized.");
  Says(home.Find(ObjectKind::kView, {"no", "X"}).error(), Code::kNotFound, 2003, "02000",
       "SQL compilation error:\nSchema 'FIRN.\"no\"' does not exist or not authorized.");
  Says(home.Find(ObjectKind::kStage, {"X"}).error(), Code::kNotFound, 2003, "02000",
       "SQL compilation error:\nStage 'FIRN.PUBLIC.X' does not exist or not authorized.");
  CHECK(home.catalog->Create(Table("T", "NONE")).error().sql_number == 2003);
  CHECK(home.catalog->Drop(999).error().code == Code::kNotFound);
}

TEST_CASE("catalog: an object is seen once confirmed, and again after a reopening") {
  Home home;
  auto table = Table("FLIGHTS");
  table.comment = "all";
  table.detail = "{}";
  table.transient = true;
  table.text = "select 1";
  table.context = {"FIRN", "PUBLIC", ""};
  {
    auto intent = home.Intend(table);
    CHECK_FALSE(home.Find(ObjectKind::kTable, {"FLIGHTS"}));
    CHECK(home.Intents() == 1);
  }
  CHECK(home.Intents() == 0);
  const auto id = home.Make(table);
  home.Reopen();
  const auto found = home.Find(ObjectKind::kTable, {"FLIGHTS"});
  REQUIRE(found);
  CHECK((*found)->id == id);
  CHECK((*found)->created_on_ms > 0);
  CHECK((*found)->columns.size() == 2);
  CHECK((*found)->columns[0].type == table.columns[0].type);
  CHECK((*found)->columns[1].type == table.columns[1].type);
  CHECK((*found)->PhysicalName() == "\"lake\".\"FIRN.PUBLIC\".\"FLIGHTS\"");
  table.id = id;
  table.created_on_ms = (*found)->created_on_ms;
  CHECK(ObjectToJson(**found) == ObjectToJson(table));
  CHECK(LakeSchema("a.b", "c%") == "a%2Eb.c%25");
}

TEST_CASE("catalog: tables and views share one name space, stages have their own") {
  Home home;
  home.Make(Named(ObjectKind::kView, "V"));
  home.Make(Table("T"));
  Says(home.catalog->Create(Table("V")).error(), Code::kExists, 2002, "42710",
       "SQL compilation error:\nObject 'FIRN.PUBLIC.V' already exists.");
  CHECK(home.Find(ObjectKind::kTable, {"V"}));
  CHECK(home.Find(ObjectKind::kView, {"V"}));
  CHECK_FALSE(home.Find(ObjectKind::kView, {"T"}));
  home.Make(Named(ObjectKind::kStage, "V"));
  CHECK_FALSE(home.Find(ObjectKind::kFileFormat, {"V"}));
  CHECK(home.catalog->List(home.scope, ObjectKind::kView, {}, {}).size() == 1);
  CHECK(home.catalog->List(home.scope, ObjectKind::kTable, "FIRN", "PUBLIC").size() == 1);
}

TEST_CASE("catalog: a name that differs only by case is refused and told why") {
  Home home;
  home.Make(Table("Label"));
  const auto refused = home.catalog->Create(Table("LABEL"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sql_number == 2002);
  CHECK(refused.error().message.find("upper and lower case") != std::string::npos);
  CHECK_FALSE(home.Find(ObjectKind::kTable, {"LABEL"}));
  CHECK(home.catalog->Create(Schema("public")).error().sql_number == 2002);
  CHECK(home.catalog->Create(Schema("Information_schema")).error().sql_number == 2002);
  CHECK_FALSE(home.Find(ObjectKind::kSchema, {"INFORMATION_SCHEMA"}));
  Object database;
  database.kind = ObjectKind::kDatabase;
  database.name.database = "Firn";
  CHECK(home.catalog->Create(database).error().sql_number == 2002);
  home.Make(Schema("S"));
  home.Make(Table("LABEL", "S"));
}

TEST_CASE("catalog: what the principal may not use does not exist for it") {
  Home home;
  home.Make(Schema("SECRET"));
  home.Make(Table("INNER", "SECRET"));
  home.Make(Table("OPEN"));
  home.Make(Table("HIDDEN"));
  home.rules.hidden = {"SECRET", "HIDDEN"};
  auto scope = home.scope;
  scope.principal.role = "PUBLIC";
  CHECK(home.catalog->Find(scope, ObjectKind::kTable, {"OPEN"}));
  const auto hidden = home.catalog->Find(scope, ObjectKind::kTable, {"HIDDEN"});
  REQUIRE_FALSE(hidden);
  auto absent = home.catalog->Find(scope, ObjectKind::kTable, {"ABSENT"}).error();
  absent.message.replace(absent.message.find("ABSENT"), 6, "HIDDEN");
  CHECK(hidden.error().message == absent.message);
  CHECK(home.catalog->Find(scope, ObjectKind::kTable, {"SECRET", "INNER"})
            .error()
            .message.find("Schema 'FIRN.SECRET'") != std::string::npos);
  CHECK(home.catalog->List(scope, ObjectKind::kTable, {}, {}).size() == 1);
  CHECK(home.catalog->List(scope, ObjectKind::kSchema, "FIRN", {}).size() == 1);
  CHECK(home.catalog->List(home.scope, ObjectKind::kTable, {}, {}).size() == 3);
}

TEST_CASE("catalog: a list is ordered and narrowed by database and schema") {
  Home home;
  home.Make(Schema("A"));
  for (const auto* name : {"C", "B", "a"}) home.Make(Table(name, "A"));
  home.Make(Table("B"));
  std::string names;
  for (const auto& object : home.catalog->List(home.scope, ObjectKind::kTable, "FIRN", {})) {
    names += object->SqlName() + ' ';
  }
  CHECK(names == "FIRN.A.B FIRN.A.C FIRN.A.\"a\" FIRN.PUBLIC.B ");
  CHECK(home.catalog->List(home.scope, ObjectKind::kTable, "NONE", {}).empty());
  CHECK(home.catalog->List(home.scope, ObjectKind::kTable, {}, "A").size() == 3);
  CHECK(home.catalog->List(home.scope, ObjectKind::kDatabase, {}, {}).size() == 1);
}

TEST_CASE("catalog: a dropped schema takes all it holds with it") {
  Home home;
  const auto schema = home.Make(Schema("S"));
  home.Make(Table("T", "S"));
  home.Make(Named(ObjectKind::kStage, "ST", "S"));
  const auto kept = home.Make(Table("T"));
  {
    auto intent = home.IntendDrop(schema);
    CHECK(home.Find(ObjectKind::kTable, {"S", "T"}));
    REQUIRE(intent->Confirm());
    CHECK(intent->Confirm().error().code == Code::kInternal);
  }
  CHECK_FALSE(home.Find(ObjectKind::kSchema, {"S"}));
  home.Reopen();
  CHECK_FALSE(home.Find(ObjectKind::kTable, {"S", "T"}));
  CHECK(home.catalog->List(home.scope, ObjectKind::kStage, {}, {}).empty());
  CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == kept);
  const auto again = home.Make(Schema("S"));
  CHECK(again > kept);
}

TEST_CASE("catalog: a replaced object is seen until the new one is confirmed") {
  Home home;
  const auto old = home.Make(Table("T"));
  CHECK(home.catalog->Create(Table("T"), old + 50).error().sql_number == 2002);
  CHECK(home.catalog->Create(Table("OTHER"), old).error().sql_number == 2003);
  {
    auto intent = home.Intend(Table("T"), old);
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == old);
  }
  CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == old);
  const auto made = home.Make(Table("T"), old);
  CHECK(made > old);
  home.Reopen();
  CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == made);
  CHECK(home.catalog->List(home.scope, ObjectKind::kTable, {}, {}).size() == 1);
}

TEST_CASE(
    "catalog: two intents on one name, or on a container and what it holds, exclude each other") {
  Home home;
  const auto schema = home.Make(Schema("S"));
  const auto table = home.Make(Table("T", "S"));
  {
    auto creating = home.Intend(Table("NEW", "S"));
    CHECK(home.catalog->Create(Table("new", "S")).error().code == Code::kConflict);
    CHECK(home.catalog->Drop(schema).error().code == Code::kConflict);
    home.Make(Table("OTHER", "S"));
    CHECK(home.catalog->Alter(schema, [](Object& object) { object.comment = "c"; }));
  }
  auto dropping = home.IntendDrop(schema);
  CHECK(home.catalog->Create(Table("LATE", "S")).error().code == Code::kConflict);
  CHECK(home.catalog->Drop(table).error().code == Code::kConflict);
  CHECK(home.catalog->Alter(table, [](Object&) {}).error().code == Code::kConflict);
  home.Make(Table("ELSEWHERE"));
}

TEST_CASE("catalog: an object's comment and columns change at once, its name does not") {
  Home home;
  const auto id = home.Make(Table("T"));
  const auto before = *home.Find(ObjectKind::kTable, {"T"});
  REQUIRE(home.catalog->Alter(id, [](Object& object) {
    object.comment = "new";
    object.columns.pop_back();
  }));
  CHECK(before->comment.empty());
  CHECK((*home.Find(ObjectKind::kTable, {"T"}))->columns.size() == 1);
  CHECK(home.catalog->Alter(id, [](Object& object) { object.name.name = "U"; }).error().code ==
        Code::kInvalid);
  home.Reopen();
  CHECK((*home.Find(ObjectKind::kTable, {"T"}))->comment == "new");
}

}  // namespace firn::catalog
