#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "sql/translator.hpp"

// What bench/foundation.py calls: translation_driver PYTHON PYTHON_PATH. It prints the median
// microseconds of a translation that the worker makes and of one from the cache.

namespace {

using Clock = std::chrono::steady_clock;

/// Statements as clients send them; each number makes other texts of the same shapes.
std::vector<std::string> Statements(int number) {
  const auto n = std::to_string(number);
  return {
      "SELECT " + n,
      "SELECT * FROM T" + n,
      "SELECT A, B, C * " + n + " AS D FROM DB.S.T WHERE A > " + n + " ORDER BY B LIMIT 10",
      "SELECT \"A\", count(1) AS \"N\" FROM (SELECT * FROM \"T\" WHERE (\"A\" > " + n +
          " :: INT)) GROUP BY \"A\"",
      "SELECT a.X, sum(b.Y) FROM A" + n + " a JOIN B b ON a.ID = b.ID GROUP BY a.X HAVING sum(b.Y) > 1",
      "SELECT CURRENT_USER(), CURRENT_DATABASE(), " + n,
      "UPDATE T SET A = " + n + ", B = 'x' WHERE C IS NOT NULL",
      "DELETE FROM T WHERE A = " + n,
      "SELECT row_number() OVER (PARTITION BY G ORDER BY X DESC) R, TO_DATE('2024-01-01') D FROM T" + n,
      "SELECT IFF(A > " + n + ", 'big', 'small') FROM T",
  };
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  firn::sql::TranslatorSettings settings;
  settings.argv = {argv[1], "-m", "firn_translator"};
  settings.environment = {{"PYTHONPATH", argv[2]}};
  const auto translator = firn::sql::Translator::Start(settings);
  if (!translator) return 1;
  std::vector<double> uncached;
  std::vector<double> cached;
  for (int number = 0; number < 55; ++number) {
    for (const auto& text : Statements(number)) {
      for (auto* times : {&uncached, &cached}) {
        const auto begin = Clock::now();
        const auto made = (*translator)->Translate(text);
        if (!made) {
          std::fprintf(stderr, "%s: %s\n", text.c_str(), made.error().message.c_str());
          return 1;
        }
        // The first rounds start the worker and warm it.
        if (number < 5) continue;
        times->push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
      }
    }
  }
  std::printf("{\"uncached_us\": %.2f, \"cached_us\": %.3f}\n", Median(uncached), Median(cached));
  return 0;
}
