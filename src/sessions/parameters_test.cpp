#include "sessions/parameters.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace firn::sessions {
namespace {

TEST_CASE("parameters: the table is sorted, each name once, each default valid as it stands") {
  const auto all = KnownParameters();
  CHECK(all.size() > 90);
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].name < all[i].name);
  for (const auto& row : all) {
    CAPTURE(std::string(row.name));
    const auto normal = NormaliseParameter(row, row.default_value);
    REQUIRE(normal);
    CHECK(*normal == row.default_value);
    CHECK(FindParameter(row.name) == &row);
    CHECK_FALSE(row.description.empty());
  }
}

TEST_CASE("parameters: what the clients index without a default is sent to them") {
  for (const auto name : {"TIMEZONE", "AUTOCOMMIT", "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD",
                          "CLIENT_TELEMETRY_ENABLED", "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT",
                          "PYTHON_SNOWPARK_USE_SCOPED_TEMP_OBJECTS", "SERVICE_NAME"}) {
    CAPTURE(name);
    REQUIRE(FindParameter(name) != nullptr);
    CHECK(FindParameter(name)->sent_to_client);
  }
}

TEST_CASE("parameters: a value is set in its normal form, or refused with Snowflake's number") {
  struct Case {
    const char* name;
    std::string value;
    const char* stored;  ///< nullptr: refused
  };
  const Case cases[] = {
      {"autocommit", "FALSE", "false"},
      {"AUTOCOMMIT", "on", "true"},
      {"AUTOCOMMIT", "0", "false"},
      {"AUTOCOMMIT", "maybe", nullptr},
      {"AUTOCOMMIT", "", nullptr},
      {"LOCK_TIMEOUT", "007", "7"},
      {"LOCK_TIMEOUT", "-1", nullptr},
      {"LOCK_TIMEOUT", "7.5", nullptr},
      {"LOCK_TIMEOUT", "7x", nullptr},
      {"LOCK_TIMEOUT", "99999999999999999999", nullptr},
      {"WEEK_START", "7", "7"},
      {"WEEK_START", "8", nullptr},
      {"TIMEZONE", "UTC", "UTC"},
      {"TIMEZONE", "Mars/Olympus", nullptr},
      {"TIMEZONE", "../../../etc/passwd", nullptr},
      {"TIMEZONE", "/etc/passwd", nullptr},
      {"TIMEZONE", "America", nullptr},
      {"TIMEZONE", "zone.tab", nullptr},
      {"TIMEZONE", "posix/UTC", nullptr},
      {"TIMESTAMP_TYPE_MAPPING", "timestamp_tz", "TIMESTAMP_TZ"},
      {"TIMESTAMP_TYPE_MAPPING", "TIMESTAMP", nullptr},
      {"TIMESTAMP_TYPE_MAPPING", "TIMESTAMP_LTZ|TIMESTAMP_NTZ", nullptr},
      {"GEOGRAPHY_OUTPUT_FORMAT", "GEOJSON", "GeoJSON"},
      {"QUERY_TAG", "any 'text'; \"at all\"", "any 'text'; \"at all\""},
      {"QUERY_TAG", std::string(2001, 'x'), nullptr},
  };
  for (const auto& [name, value, stored] : cases) {
    CAPTURE(name);
    CAPTURE(value);
    Parameters parameters;
    const auto status = parameters.Set(name, value);
    CHECK(status.has_value() == (stored != nullptr));
    if (stored != nullptr) {
      CHECK(parameters.Get(name) == stored);
      CHECK(parameters.IsSet(name));
    } else {
      CHECK(status.error().code == Code::kInvalid);
      CHECK(status.error().sql_number == 1008);
      CHECK(status.error().sql_state == "22023");
      CHECK_FALSE(parameters.IsSet(name));
    }
  }
}

TEST_CASE("parameters: unknown names are refused, unset ones have the default") {
  Parameters parameters;
  const auto status = parameters.Set("NO_SUCH", "1");
  REQUIRE_FALSE(status);
  CHECK(status.error().sql_number == 1006);
  CHECK(status.error().message.find("NO_SUCH") != std::string::npos);
  CHECK(parameters.Get("NO_SUCH").empty());
  CHECK(parameters.Get("timezone") == "UTC");
  REQUIRE(parameters.Set("rows_per_resultset", "5"));
  CHECK(parameters.values().at("ROWS_PER_RESULTSET") == "5");
  parameters.Unset("Rows_Per_Resultset");
  CHECK(parameters.Get("ROWS_PER_RESULTSET") == "0");
}

}  // namespace
}  // namespace firn::sessions
