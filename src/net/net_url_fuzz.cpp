#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/bytes.hpp"
#include "net/request_reader.hpp"
#include "net/url.hpp"

// What the network hands in before anybody has logged in: targets, queries, gzip, whole requests.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)firn::net::ParseTarget(text);
  (void)firn::net::ParseUrl(text);
  if (const auto query = firn::net::ParseQuery(text)) {
    const auto again = firn::net::ParseQuery(firn::net::FormatQuery(*query));
    if (!again || *again != *query) std::abort();
  }
  const auto decoded = firn::net::PercentDecode(firn::net::PercentEncode(text));
  if (decoded ? *decoded != text : text.find('\0') == std::string_view::npos) std::abort();
  constexpr std::int64_t kMaxBytes = 1 << 20;
  if (const auto plain = firn::Gunzip(text, kMaxBytes)) {
    if (plain->size() > static_cast<std::size_t>(kMaxBytes)) std::abort();
  }

  firn::net::RequestReader reader(4096);
  std::string_view rest = text;
  while (true) {
    const auto step = reader.Put(rest);
    rest.remove_prefix(step.consumed);
    if (step.state != firn::net::RequestReader::State::kProgress) break;
  }
  return 0;
}
