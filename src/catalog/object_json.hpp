#pragma once

#include <string>
#include <string_view>

#include "catalog/catalog_service.hpp"

namespace firn::catalog {

/// An object as the metadata keeps it. Members that a reader does not know are passed over.
std::string ObjectToJson(const Object& object);
/// Errors: kInternal.
Result<Object> ObjectFromJson(std::string_view text);

}  // namespace firn::catalog
