#include "statements/change_target.hpp"

#include <doctest/doctest.h>

namespace firn::statements {
namespace {

catalog::Object Table(const std::vector<std::string>& columns) {
  catalog::Object table;
  table.name = {"FIRN", "PUBLIC", "T"};
  for (const auto& name : columns) table.columns.emplace_back().name = name;
  return table;
}

}  // namespace

TEST_CASE("change_target: a hidden column of the target cannot be named") {
  const auto table = Table({"A"});
  for (
      const auto* sql : {
          R"(UPDATE "lake"."S"."T" AS "T" SET "A" = "FILENAME" FROM "lake"."S"."U")",
          R"(UPDATE "lake"."S"."T" AS "T" SET "A" = "T"."rowid")",
          R"(UPDATE "lake"."S"."T" AS "T" SET "rowid" = 1)",
          R"(DELETE FROM "lake"."S"."T" AS "t" WHERE "T"."SNAPSHOT_ID" > 1)",
          R"(DELETE FROM "lake"."S"."T" AS "T" WHERE EXISTS (SELECT file_index))",
          R"(DELETE FROM "lake"."S"."T" WHERE "lake"."S"."T"."filename" = 'x')",
          R"(MERGE INTO "lake"."S"."T" AS "T" USING "s" ON TRUE WHEN MATCHED THEN UPDATE SET "A" = "ROWID")",
      }) {
    CHECK_FALSE_MESSAGE(CheckHiddenColumns(sql, table), sql);
  }
}

TEST_CASE("change_target: a column of that name is found where somebody declared it") {
  for (const auto* sql : {
           R"(UPDATE "lake"."S"."T" AS "T" SET "A" = "s"."FILENAME" FROM "s")",
           R"(DELETE FROM "lake"."S"."T" AS "T" USING (SELECT 1 AS "ROWID") AS "s")",
           R"(UPDATE "lake"."S"."T" AS "T" SET "A" = 'rowid')",
       }) {
    CHECK_MESSAGE(CheckHiddenColumns(sql, Table({"A"})), sql);
  }
  CHECK(CheckHiddenColumns(R"(UPDATE "lake"."S"."T" AS "T" SET "FILENAME" = 'x')",
                           Table({"FILENAME"})));
}

}  // namespace firn::statements
