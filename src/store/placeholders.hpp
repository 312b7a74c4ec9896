#pragma once

#include <string>
#include <string_view>

namespace firn::store {

/// Each `?` outside quotes and comments as $1, $2, …
std::string NumberPlaceholders(std::string_view sql);

/// True when the statement begins with a word of reading only (SELECT, VALUES, SHOW, EXPLAIN), or
/// with WITH and holds no INSERT, UPDATE or DELETE.
bool BeginsAsRead(std::string_view sql);

}  // namespace firn::store
