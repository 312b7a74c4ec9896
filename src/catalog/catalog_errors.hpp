#pragma once

#include <string>

#include "access/check.hpp"
#include "base/error.hpp"

namespace firn::catalog {

/// Snowflake's sentences.
Error NotFoundError(access::ObjectKind kind, const std::string& sql_name);
Error ExistsError(const std::string& sql_name);
/// `other` is there and differs from `sql_name` only by case.
Error DiffersByCaseError(const std::string& sql_name, const std::string& other);
Error NoCurrentDatabaseError();
Error NoCurrentSchemaError();
Error WrongPartsError(access::ObjectKind kind, const std::string& sql_name);

}  // namespace firn::catalog
