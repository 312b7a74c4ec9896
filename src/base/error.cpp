#include "base/error.hpp"

#include <array>

namespace firn {
namespace {

struct Row {
  Code code;
  std::string_view name;
  int http;
  int exit;
};

constexpr std::array<Row, 11> kRows{{
    {Code::kInvalid, "invalid", 400, 2},
    {Code::kUnauthenticated, "unauthenticated", 401, 3},
    {Code::kDenied, "denied", 403, 3},
    {Code::kNotFound, "not_found", 404, 4},
    {Code::kExists, "exists", 409, 5},
    {Code::kConflict, "conflict", 409, 5},
    {Code::kExhausted, "exhausted", 429, 6},
    {Code::kCancelled, "cancelled", 499, 7},
    {Code::kTimeout, "timeout", 504, 7},
    {Code::kUnavailable, "unavailable", 503, 8},
    {Code::kInternal, "internal", 500, 1},
}};

const Row& Find(Code code) {
  for (const auto& row : kRows) {
    if (row.code == code) return row;
  }
  return kRows.back();
}

}  // namespace

std::string_view CodeName(Code code) { return Find(code).name; }
int HttpStatus(Code code) { return Find(code).http; }
int ExitStatus(Code code) { return Find(code).exit; }

}  // namespace firn
