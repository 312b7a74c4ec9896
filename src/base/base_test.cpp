#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/hmac.hpp"
#include "base/ids.hpp"
#include "base/names.hpp"
#include "base/process.hpp"

namespace firn {

TEST_CASE("bytes: base64 gives back what went in, whatever the length") {
  for (std::size_t length = 0; length < 70; ++length) {
    const auto bytes = RandomBytes(length);
    CHECK(*Base64Decode(Base64Encode(bytes)) == bytes);
    CHECK(*Base64Decode(Base64UrlEncode(bytes)) == bytes);
  }
  CHECK(Base64Encode("firn") == "Zmlybg==");
  CHECK_FALSE(Base64Decode("Zm*ybg"));
  CHECK_FALSE(Base64Decode("Zmlyb"));
}

TEST_CASE("bytes: gunzip refuses broken input and bombs") {
  const std::string text(1'000'000, 'x');
  const auto packed = Gzip(text);
  CHECK(*Gunzip(packed, 1'000'000) == text);
  CHECK(Gunzip(packed, 999'999).error().code == Code::kExhausted);
  CHECK(Gunzip(packed.substr(0, packed.size() - 9), 1'000'000).error().code == Code::kInvalid);
  CHECK(Gunzip(packed + "more", 1'000'000).error().code == Code::kInvalid);
  CHECK(Gunzip("not gzip", 100).error().code == Code::kInvalid);
}

TEST_CASE("bytes: a digest is the published one") {
  CHECK(HexEncode(Sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hmac: a signature is the one of RFC 4231") {
  CHECK(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("names: unquoted folds to upper case and quoted is kept") {
  CHECK(NameFromSql("flights") == "FLIGHTS");
  CHECK(NameFromSql("\"feature1\"") == "feature1");
  CHECK(NameFromSql("\"a\"\"b\"") == "a\"b");
  CHECK(NameToSql("FLIGHTS") == "FLIGHTS");
  CHECK(NameToSql("feature1") == "\"feature1\"");
  CHECK(NameToSql("a\"b") == "\"a\"\"b\"");
  CHECK(QualifiedName{"FIRN", "my schema", "T"}.ToSql() == "FIRN.\"my schema\".T");
}

TEST_CASE("ids: ordered ids sort by the time they were made") {
  CHECK(NewUuid() != NewUuid());
  CHECK(NewUuid().size() == 36);
  CHECK(NewOrderedUuid()[14] == '7');
}

TEST_CASE("files: a durable write replaces the whole file and leaves nothing beside it") {
  const auto folder = std::filesystem::temp_directory_path() / ("firn-base-" + NewUuid());
  REQUIRE(MakeFolders(folder));
  REQUIRE(WriteFileDurably(folder / "a", "one", 0600));
  REQUIRE(WriteFileDurably(folder / "a", "two", 0600));
  CHECK(*ReadFile(folder / "a") == "two");
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  CHECK(ReadFile(folder / "b").error().code == Code::kNotFound);
  std::filesystem::remove_all(folder);
}

TEST_CASE("process: a child ends with its handle") {
  auto child = ChildProcess::Start({"cat"}, {});
  REQUIRE(child);
  CHECK(child->running());
  const auto pid = child->pid();
  child->Kill();
  CHECK_FALSE(child->running());
  CHECK(kill(pid, 0) != 0);
}

}  // namespace firn
