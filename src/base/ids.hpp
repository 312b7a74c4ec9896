#pragma once

#include <string>

namespace firn {

/// A random version-4 UUID in lower case, as "0b5f…-…".
std::string NewUuid();
/// A version-7 UUID: ids made later sort later. Used for query ids.
std::string NewOrderedUuid();

}  // namespace firn
