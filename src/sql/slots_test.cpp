#include "sql/slots.hpp"

#include <doctest/doctest.h>

#include <string>

namespace firn::sql {
namespace {

Translation Sample(std::string sql) {
  Translation translation;
  translation.sql = std::move(sql);
  translation.tables = {{{"T"}, false}, {{"U"}, false}};
  translation.result_scans = {"LAST:-1"};
  translation.contexts = {"CURRENT_USER"};
  return translation;
}

const SlotTexts kTexts{
    [](std::size_t index) -> Result<std::string> { return "<t" + std::to_string(index) + ">"; },
    [](std::size_t index) -> Result<std::string> { return "<r" + std::to_string(index) + ">"; },
    [](std::string_view name) -> Result<std::string> { return "<" + std::string(name) + ">"; },
    [](std::size_t index) -> Result<std::string> { return "store_" + std::to_string(index); }};

TEST_CASE("slots: quoted identifiers are filled and texts are not touched") {
  const auto sql = FillSlots(
      Sample(R"(SELECT "firn:c:CURRENT_USER", '"firn:t0"', "x""firn:t0""" FROM "firn:t0" AS "A", )"
             R"("firn:t1", "firn:r0")"),
      kTexts);
  REQUIRE(sql);
  CHECK(*sql ==
        R"(SELECT <CURRENT_USER>, '"firn:t0"', "x""firn:t0""" FROM <t0> AS "A", <t1>, <r0>)");
}

TEST_CASE("slots: a value that is assigned goes through the function of its column") {
  auto sample = Sample(R"(UPDATE "firn:t0" SET "A" = "firn:v0"(1))");
  CHECK_FALSE(FillSlots(sample, kTexts));
  sample.assigned.emplace_back();
  CHECK(*FillSlots(sample, kTexts) == R"(UPDATE <t0> SET "A" = store_0(1))");
}

TEST_CASE("slots: what is put in is not read again") {
  const SlotTexts texts{
      [](std::size_t) -> Result<std::string> { return std::string(R"("firn:t1")"); },
      kTexts.result_scan, kTexts.context, kTexts.assigned};
  CHECK(*FillSlots(Sample(R"(FROM "firn:t0")"), texts) == R"(FROM "firn:t1")");
}

TEST_CASE("slots: a slot that was not declared is an internal error") {
  for (const auto* sql :
       {R"(FROM "firn:t2")", R"(FROM "firn:r1")", R"(SELECT "firn:c:OTHER")", R"(FROM "firn:t")",
        R"(FROM "firn:t-1")", R"(FROM "firn:t0x")", R"(FROM "firn:x")", R"(FROM "firn:")",
        R"(FROM "firn:t99999999999999999999")", R"(FROM "firn:t0)"}) {
    const auto filled = FillSlots(Sample(sql), kTexts);
    REQUIRE_FALSE_MESSAGE(filled, sql);
    CHECK(filled.error().code == Code::kInternal);
    CHECK_FALSE(CheckSlots(Sample(sql)));
  }
}

TEST_CASE("slots: an error of a filler ends the filling") {
  const SlotTexts texts{[](std::size_t) -> Result<std::string> {
                          return Error{Code::kNotFound, "No such table."};
                        },
                        kTexts.result_scan, kTexts.context, kTexts.assigned};
  const auto filled = FillSlots(Sample(R"(FROM "firn:t0")"), texts);
  REQUIRE_FALSE(filled);
  CHECK(filled.error().code == Code::kNotFound);
}

}  // namespace
}  // namespace firn::sql
