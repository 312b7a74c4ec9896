#include "stages/stage_service.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/ids.hpp"

namespace firn::stages {
namespace {

class SetClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t NowMs() const override { return now_ms; }
  [[nodiscard]] std::chrono::steady_clock::time_point Steady() const override { return {}; }
  std::int64_t now_ms = 1'000'000;
};

struct Fixture {
  Fixture() : folder(std::filesystem::temp_directory_path() / ("firn-stages-" + NewUuid())) {
    REQUIRE(MakeFolders(folder));
    auto opened = store::Database::Open((folder / "meta.db").string());
    REQUIRE(opened);
    database = *std::move(opened);
    auto made = StageService::Open(*database, {folder / "stages", std::string(32, 'k')}, clock);
    REQUIRE(made);
    service = *std::move(made);
  }
  ~Fixture() {
    service.reset();
    database.reset();
    std::filesystem::remove_all(folder);
  }
  std::filesystem::path Upload(const std::string& content) const {
    const auto path = service->NewUploadPath();
    std::ofstream(path) << content;
    return path;
  }

  std::filesystem::path folder;
  SetClock clock;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<StageService> service;
};

Ticket PutTicket(std::string path, bool overwrite = false) {
  return {Ticket::Operation::kPut, 7, std::move(path), overwrite, 0};
}

}  // namespace

TEST_CASE("stages: a path never leaves its stage") {
  for (const auto* bad : {"..", "../x", "a/../b", "a/..", "a\\b", "a\nb"}) {
    CAPTURE(bad);
    CHECK_FALSE(StageService::CleanPath(bad));
  }
  CHECK_FALSE(StageService::CleanPath(std::string(2000, 'a')));
  CHECK_FALSE(StageService::CleanPath(std::string(300, 'a')));
  CHECK(*StageService::CleanPath("/a//b/./c.csv") == "a/b/c.csv");
  CHECK(*StageService::CleanPath("dir/") == "dir/");
  CHECK(StageService::CleanPath("")->empty());
}

TEST_CASE("stages: a ticket holds until its end and no byte of it can be changed") {
  Fixture fixture;
  const auto token = fixture.service->Sign(PutTicket("a\nb/c.csv"));
  const auto ticket = fixture.service->Verify(token);
  REQUIRE(ticket);
  CHECK(ticket->path == "a\nb/c.csv");
  CHECK(ticket->stage_id == 7);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    if (Base64Decode(forged) && *Base64Decode(forged) == *Base64Decode(token)) continue;
    CHECK(fixture.service->Verify(forged).error().code == Code::kDenied);
  }
  CHECK_FALSE(fixture.service->Verify(""));
  fixture.clock.now_ms += 3'600'001;
  CHECK(fixture.service->Verify(token).error().code == Code::kDenied);
}

TEST_CASE("stages: an upload is listed with its digest and a damaged one is refused") {
  Fixture fixture;
  const auto good = Base64Encode(Sha256("hello"));
  CHECK(fixture.service->Accept(PutTicket("d/x"), fixture.Upload("hellO"), good).error().code ==
        Code::kInvalid);
  REQUIRE(fixture.service->Accept(PutTicket("d/x"), fixture.Upload("hello"), good));
  CHECK(fixture.service->Accept(PutTicket("d/x"), fixture.Upload("again"), "").error().code ==
        Code::kExists);
  CHECK(fixture.service->Accept(PutTicket("d/x"), fixture.Upload("hello"), ""));
  CHECK(fixture.service->Accept(PutTicket("d/go"), fixture.Upload("stream"),
                                Base64Encode(Sha256(""))));
  REQUIRE(fixture.service->Remove(7, "d/go"));
  CHECK(fixture.service->Accept(PutTicket("", true), fixture.Upload("hello"), "").error().code ==
        Code::kInvalid);
  REQUIRE(fixture.service->Accept(PutTicket("d/x", true), fixture.Upload("again"), ""));
  const auto files = fixture.service->List(7, "d/", std::nullopt);
  REQUIRE(files);
  REQUIRE(files->size() == 1);
  CHECK(files->front().size_bytes == 5);
  CHECK(*ReadFile(fixture.service->LocalPath(7, "d/x")) == "again");
  CHECK(fixture.service->List(7, "", std::string(".*y"))->empty());
  CHECK(fixture.service->List(7, "", std::string("(")).error().code == Code::kInvalid);
  REQUIRE(fixture.service->Remove(7, "d/x"));
  CHECK(fixture.service->List(7, "", std::nullopt)->empty());
}

}  // namespace firn::stages
