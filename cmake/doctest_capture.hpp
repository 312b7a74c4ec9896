// clang before 16 cannot capture a structured binding in a lambda, which is what doctest's INFO and CAPTURE do. Put
// before the tests where such a compiler builds them, it writes their text at once. The text of CHECK_MESSAGE and
// REQUIRE_MESSAGE stays unwritten until it is needed: it often reads the error of a result that is none.
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

#define FIRN_MESSAGE_WHEN_NEEDED(type, cond, ...)                                                       \
  DOCTEST_FUNC_SCOPE_BEGIN {                                                                            \
    auto DOCTEST_ANONYMOUS(DOCTEST_CAPTURE_) =                                                          \
        doctest::detail::MakeContextScope([&](std::ostream* firn_out) {                                 \
          doctest::detail::MessageBuilder firn_text(__FILE__, __LINE__, doctest::assertType::is_warn);  \
          firn_text.m_stream = firn_out;                                                                \
          firn_text * __VA_ARGS__;                                                                      \
        });                                                                                             \
    DOCTEST_ASSERT_IMPLEMENT_2(type, cond);                                                             \
  }                                                                                                     \
  DOCTEST_FUNC_SCOPE_END

#undef DOCTEST_CHECK_MESSAGE
#define DOCTEST_CHECK_MESSAGE(cond, ...) FIRN_MESSAGE_WHEN_NEEDED(DT_CHECK, cond, __VA_ARGS__)
#undef DOCTEST_REQUIRE_MESSAGE
#define DOCTEST_REQUIRE_MESSAGE(cond, ...) FIRN_MESSAGE_WHEN_NEEDED(DT_REQUIRE, cond, __VA_ARGS__)
#undef DOCTEST_CHECK_FALSE_MESSAGE
#define DOCTEST_CHECK_FALSE_MESSAGE(cond, ...) \
  FIRN_MESSAGE_WHEN_NEEDED(DT_CHECK_FALSE, cond, __VA_ARGS__)
#undef DOCTEST_REQUIRE_FALSE_MESSAGE
#define DOCTEST_REQUIRE_FALSE_MESSAGE(cond, ...) \
  FIRN_MESSAGE_WHEN_NEEDED(DT_REQUIRE_FALSE, cond, __VA_ARGS__)
