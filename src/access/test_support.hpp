#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "access/access_service.hpp"
#include "base/clock.hpp"
#include "store/database.hpp"

/// For the tests of this module and of those above it; no part of the program includes it.
namespace firn::access::testing {

/// A clock that stands still until it is moved.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t NowMs() const override { return now_ms_; }
  [[nodiscard]] std::chrono::steady_clock::time_point Steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now_ms_));
  }
  void Advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<std::int64_t> now_ms_{1'800'000'000'000};
};

/// A metadata database in a folder of its own, which can be closed and opened again.
class TempStore {
 public:
  TempStore() {
    auto pattern = (std::filesystem::temp_directory_path() / "firn-access-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    Reopen();
  }
  TempStore(const TempStore&) = delete;
  TempStore& operator=(const TempStore&) = delete;
  ~TempStore() {
    database_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void Reopen() {
    database_.reset();
    auto opened = store::Database::Open((folder_ / "meta.db").string());
    REQUIRE(opened);
    database_ = *std::move(opened);
  }
  store::Database& operator*() { return *database_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<store::Database> database_;
};

/// A user that holds the role, and has it by default.
inline Principal MakeUser(AccessService& access, const std::string& name, const std::string& role) {
  NewUser made;
  made.default_role = role;
  const auto user = access.CreateUser(name, made);
  REQUIRE(user);
  const auto found = access.roles().Find(role);
  REQUIRE(found);
  REQUIRE(access.roles().GrantTo(found->id, {true, user->id}, "ACCOUNTADMIN"));
  return {user->id, name, role};
}

}  // namespace firn::access::testing
