#include "net/url.hpp"

#include <doctest/doctest.h>

using namespace firn;
using namespace firn::net;

TEST_CASE("url: what is encoded comes back") {
  std::string all;
  for (int i = 1; i < 256; ++i) all += static_cast<char>(i);
  CHECK(*PercentDecode(PercentEncode(all)) == all);
  CHECK(PercentEncode("a b/é") == "a%20b%2F%C3%A9");
}

TEST_CASE("url: malformed escapes are refused") {
  for (const auto* text : {"%", "%1", "%zz", "a%2", "%00", "%-1"}) {
    CAPTURE(text);
    CHECK(!PercentDecode(text));
    CHECK(!ParseTarget(std::string("/") + text));
    CHECK(!ParseQuery(std::string("a=") + text));
  }
}

TEST_CASE("url: a bare NUL is refused like an encoded one") {
  CHECK(!PercentDecode(std::string_view("a\0b", 3)));
  CHECK(!ParseQuery(std::string_view("\0\b", 2)));
}

TEST_CASE("url: a target is split, then decoded") {
  const auto target = ParseTarget("/a%2Fb%3F+c?x=1&y=a+b%26&x=2&flag&&=v#f");
  REQUIRE(target);
  CHECK(target->path == "/a/b?+c");
  CHECK(target->query.at("x") == "1");
  CHECK(target->query.at("y") == "a b&");
  CHECK(target->query.at("flag").empty());
  CHECK(target->query.at("") == "v");
  CHECK(ParseTarget("http://host:1/p?q=1")->path == "/p");
  CHECK(ParseTarget("http://host")->path == "/");
  CHECK(!ParseTarget("relative"));
}

TEST_CASE("url: a query is formatted as it is parsed") {
  const std::map<std::string, std::string> query{{"a b", "c&d"}, {"e", "+%"}};
  CHECK(*ParseQuery(FormatQuery(query)) == query);
}

TEST_CASE("url: addresses of servers") {
  const auto plain = ParseUrl("http://localhost:8080/x?y");
  REQUIRE(plain);
  CHECK(plain->host == "localhost");
  CHECK(plain->port == 8080);
  CHECK(plain->path == "/x?y");
  CHECK(plain->Authority() == "localhost:8080");
  const auto v6 = ParseUrl("https://[::1]");
  REQUIRE(v6);
  CHECK(v6->tls);
  CHECK(v6->host == "::1");
  CHECK(v6->port == 443);
  CHECK(v6->Authority() == "[::1]");
  for (const auto* text :
       {"", "ftp://a", "http://", "http://a:", "http://a:0", "http://a:99999", "http://[::1",
        "http://[::1]x", "http://a b", "http://u@a", "http://a\r\nb"}) {
    CAPTURE(text);
    CHECK(!ParseUrl(text));
  }
}
