// clang before 16 cannot capture a structured binding in a lambda, which is what doctest's INFO, CAPTURE and
// CHECK_MESSAGE do. Put before the tests where such a compiler builds them, it writes the text at once.
#pragma once

#include <doctest/doctest.h>

#include <ostream>
#include <sstream>

#undef DOCTEST_INFO_IMPL
#define DOCTEST_INFO_IMPL(mb_name, s_name, ...)                                                \
  std::ostringstream s_name;                                                                   \
  {                                                                                            \
    doctest::detail::MessageBuilder mb_name(__FILE__, __LINE__, doctest::assertType::is_warn); \
    mb_name.m_stream = &s_name;                                                                \
    mb_name * __VA_ARGS__;                                                                     \
  }                                                                                            \
  auto DOCTEST_ANONYMOUS(DOCTEST_CAPTURE_) = doctest::detail::MakeContextScope(                \
      [text = s_name.str()](std::ostream* out) { *out << text; })
