#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.hpp"

namespace firn {

/// A value or an Error, with the names of std::expected (C++23).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] const Error& error() const& {
    assert(error_);
    return *error_;
  }
  [[nodiscard]] Error&& error() && {
    assert(error_);
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace firn

#define FIRN_CONCAT_INNER(a, b) a##b
#define FIRN_CONCAT(a, b) FIRN_CONCAT_INNER(a, b)

/// `FIRN_TRY(auto x, F());` declares x from a Result, or returns its error to the caller.
#define FIRN_TRY(declaration, expression) \
  FIRN_TRY_INNER(FIRN_CONCAT(firn_result_, __LINE__), declaration, expression)
#define FIRN_TRY_INNER(name, declaration, expression)       \
  auto name = (expression);                                 \
  if (!name) return ::firn::Error(std::move(name).error()); \
  declaration = *std::move(name)

/// `FIRN_CHECK(F());` returns the error of a Result whose value nobody needs.
#define FIRN_CHECK(expression)                              \
  do {                                                      \
    if (auto firn_status = (expression); !firn_status)      \
      return ::firn::Error(std::move(firn_status).error()); \
  } while (false)
