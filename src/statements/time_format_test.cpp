#include "statements/time_format.hpp"

#include <doctest/doctest.h>

namespace firn::statements {

TEST_CASE("time_format: Snowflake's parts become strptime's") {
  CHECK(*ToStrptime("DD/MM/YYYY") == "%d/%m/%Y");
  CHECK(*ToStrptime("yyyy-mm-dd\"T\"hh24:mi:ss.ff3 TZH:TZM") == "%Y-%m-%dT%H:%M:%S.%f %z");
  CHECK(*ToStrptime("DY, DD MON YY HH12:MI AM") == "%a, %d %b %y %I:%M %p");
  CHECK(*ToStrptime("YYYYMMDD%") == "%Y%m%d%%");
}

TEST_CASE("time_format: a part that is not known is refused") {
  CHECK_FALSE(ToStrptime("QQ YYYY"));
  CHECK_FALSE(ToStrptime("DD.MM.JJJJ"));
}

}  // namespace firn::statements
