#include <cstddef>
#include <cstdint>

#include "sql/translation_json.hpp"

/// Answers of a worker, which is not trusted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)firn::sql::IsReadyMessage(text);
  (void)firn::sql::ParseAnswer(text, 1);
  (void)firn::sql::IsUtf8(text);
  return 0;
}
