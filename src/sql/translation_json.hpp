#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sql/translator.hpp"

namespace firn::sql {

inline constexpr int kWorkerProtocol = 1;

/// Whether a worker's first frame says that it is ready and speaks our protocol.
bool IsReadyMessage(std::string_view json);

std::string RequestMessage(std::int64_t id, std::string_view statement);

/// A worker's answer: a translation, the worker's own "no", or kInternal for one that does not
/// hold together. `is_broken`: it is no answer to this request at all, so the worker should go.
struct Answer {
  Result<Translation> translation;
  bool is_broken = false;
};
/// Checks every field's type, size and range, and the slots of the text.
Answer ParseAnswer(std::string_view json, std::int64_t id);

/// Bytes that a translation takes in memory, about.
std::size_t SizeOf(const Translation& translation);

bool IsUtf8(std::string_view text);

}  // namespace firn::sql
