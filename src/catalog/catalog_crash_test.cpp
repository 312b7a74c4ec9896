#include <doctest/doctest.h>

#include "catalog/catalog_home_test.hpp"

namespace firn::catalog {

TEST_CASE("catalog: a crash around a creation is settled by what the lake has") {
  Home home;
  home.Crash(home.Intend(Table("T")));
  SUBCASE("only the intent was recorded") {
    const auto lines = home.catalog->Reconcile({});
    REQUIRE(lines);
    REQUIRE(lines->size() == 1);
    CHECK(lines->front().find("forgotten") != std::string::npos);
    CHECK_FALSE(home.Find(ObjectKind::kTable, {"T"}));
  }
  SUBCASE("the lake had changed") {
    const auto lines = home.catalog->Reconcile({{"FIRN.PUBLIC", "T"}});
    REQUIRE(lines);
    CHECK(lines->size() == 1);
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->columns.size() == 2);
  }
  CHECK(home.Intents() == 0);
  const bool found = home.Find(ObjectKind::kTable, {"T"}).has_value();
  home.Reopen();
  CHECK(home.Find(ObjectKind::kTable, {"T"}).has_value() == found);
  CHECK(home.catalog->Reconcile({{"FIRN.PUBLIC", "T"}})->empty());
}

TEST_CASE("catalog: a confirmed creation leaves nothing to settle") {
  Home home;
  home.Make(Table("T"));
  CHECK(home.Intents() == 0);
  home.Reopen();
  CHECK(home.catalog->Reconcile({{"FIRN.PUBLIC", "T"}})->empty());
  const auto lines = home.catalog->Reconcile({});
  REQUIRE(lines->size() == 1);
  CHECK(lines->front().find("the lake has not") != std::string::npos);
  CHECK(home.Find(ObjectKind::kTable, {"T"}));
}

TEST_CASE("catalog: a crash around a drop is settled by what the lake has") {
  Home home;
  const auto id = home.Make(Table("T"));
  home.Crash(home.IntendDrop(id));
  SUBCASE("only the intent was recorded") {
    CHECK(home.catalog->Reconcile({{"FIRN.PUBLIC", "T", id}})->size() == 1);
    CHECK(home.Find(ObjectKind::kTable, {"T"}));
  }
  SUBCASE("the lake had changed") {
    CHECK(home.catalog->Reconcile({})->size() == 1);
    CHECK_FALSE(home.Find(ObjectKind::kTable, {"T"}));
  }
  CHECK(home.Intents() == 0);
}

TEST_CASE("catalog: a crash around CREATE OR REPLACE is settled by the id in the lake") {
  Home home;
  const auto old = home.Make(Table("T"));
  auto intent = home.Intend(Table("T"), old);
  const auto made = intent->object().id;
  home.Crash(std::move(intent));
  SUBCASE("the lake has the old one") {
    CHECK(home.catalog->Reconcile({{"FIRN.PUBLIC", "T", old}})->size() == 1);
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == old);
  }
  SUBCASE("the lake has the new one") {
    CHECK(home.catalog->Reconcile({{"FIRN.PUBLIC", "T", made}})->size() == 1);
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == made);
  }
  CHECK(home.Intents() == 0);
}

TEST_CASE("catalog: a crash around the drop of a schema removes what is gone from the lake") {
  Home home;
  const auto schema = home.Make(Schema("S"));
  home.Make(Table("A", "S"));
  home.Make(Table("B", "S"));
  home.Make(Named(ObjectKind::kView, "V", "S"));
  home.Crash(home.IntendDrop(schema));
  SUBCASE("nothing is gone") {
    REQUIRE(home.catalog->Reconcile({{"FIRN.S", "A"}, {"FIRN.S", "B"}}));
    CHECK(home.catalog->List(home.scope, ObjectKind::kTable, "FIRN", "S").size() == 2);
  }
  SUBCASE("one table is gone") {
    REQUIRE(home.catalog->Reconcile({{"FIRN.S", "B"}}));
    CHECK(home.catalog->List(home.scope, ObjectKind::kTable, "FIRN", "S").size() == 1);
    CHECK(home.Find(ObjectKind::kView, {"S", "V"}));
  }
  SUBCASE("all are gone") {
    REQUIRE(home.catalog->Reconcile({}));
    CHECK_FALSE(home.Find(ObjectKind::kSchema, {"S"}));
    CHECK_FALSE(home.Find(ObjectKind::kView, {"S", "V"}));
  }
  CHECK(home.Intents() == 0);
}

TEST_CASE("catalog: a view or schema whose creation crashed is forgotten") {
  Home home;
  home.Crash(home.Intend(Named(ObjectKind::kView, "V")));
  CHECK(home.catalog->Reconcile({})->size() == 1);
  CHECK_FALSE(home.Find(ObjectKind::kView, {"V"}));
  home.Crash(home.Intend(Schema("S")));
  CHECK(home.catalog->Reconcile({})->size() == 1);
  home.Make(Schema("S"));
}

TEST_CASE("catalog: a table that is renamed keeps its id, and a crash in between is settled") {
  Home home;
  auto table = Named(ObjectKind::kTable, "T");
  table.columns.emplace_back().name = "A";
  const auto id = home.Make(table);
  auto renamed = **home.Find(ObjectKind::kTable, {"T"});
  renamed.name.name = "U";
  SUBCASE("without a crash") {
    {
      auto intent = home.catalog->Change(renamed);
      REQUIRE(intent);
      CHECK(home.Find(ObjectKind::kTable, {"T"}));
      REQUIRE((*intent)->Confirm());
    }
    CHECK((*home.Find(ObjectKind::kTable, {"U"}))->id == id);
    CHECK_FALSE(home.Find(ObjectKind::kTable, {"T"}));
    home.Reopen();
    CHECK((*home.Find(ObjectKind::kTable, {"U"}))->id == id);
  }
  SUBCASE("the lake has renamed it") {
    home.Crash(*home.catalog->Change(renamed));
    REQUIRE(home.catalog->Reconcile({{"FIRN.PUBLIC", "U", id, {"A"}}}));
    CHECK((*home.Find(ObjectKind::kTable, {"U"}))->id == id);
    CHECK_FALSE(home.Find(ObjectKind::kTable, {"T"}));
  }
  SUBCASE("the lake has not renamed it") {
    home.Crash(*home.catalog->Change(renamed));
    REQUIRE(home.catalog->Reconcile({{"FIRN.PUBLIC", "T", id, {"A"}}}));
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->id == id);
    CHECK_FALSE(home.Find(ObjectKind::kTable, {"U"}));
  }
  SUBCASE("to a name that is taken") {
    home.Make(Named(ObjectKind::kTable, "U"));
    CHECK_FALSE(home.catalog->Change(renamed));
  }
  CHECK(home.Intents() == 0);
}

TEST_CASE("catalog: a crash while columns change leaves those that the lake has") {
  Home home;
  auto table = Named(ObjectKind::kTable, "T");
  table.columns.emplace_back().name = "A";
  const auto id = home.Make(table);
  auto wider = **home.Find(ObjectKind::kTable, {"T"});
  wider.columns.emplace_back().name = "B";
  home.Crash(*home.catalog->Change(wider));
  SUBCASE("the new ones") {
    REQUIRE(home.catalog->Reconcile({{"FIRN.PUBLIC", "T", id, {"A", "B"}}}));
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->columns.size() == 2);
  }
  SUBCASE("the old ones") {
    REQUIRE(home.catalog->Reconcile({{"FIRN.PUBLIC", "T", id, {"A"}}}));
    CHECK((*home.Find(ObjectKind::kTable, {"T"}))->columns.size() == 1);
  }
  CHECK(home.Intents() == 0);
}

}  // namespace firn::catalog
