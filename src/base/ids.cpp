#include "base/ids.hpp"

#include <cstdint>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace firn {
namespace {

std::string Format(std::string bytes, unsigned version) {
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | version << 4);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
  auto hex = HexEncode(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace

std::string NewUuid() { return Format(RandomBytes(16), 4); }

std::string NewOrderedUuid() {
  auto bytes = RandomBytes(16);
  const auto now_ms = static_cast<std::uint64_t>(SystemClock().NowMs());
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(now_ms >> (40 - 8 * i) & 0xff);
  return Format(std::move(bytes), 7);
}

}  // namespace firn
