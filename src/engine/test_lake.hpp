#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace firn::engine {

/// A lake in a folder that ends with this.
class TestLake {
 public:
  TestLake();
  TestLake(TestLake&&) = delete;
  ~TestLake();

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] Settings settings() const;
  Engine& engine() { return *engine_; }
  /// Closes and opens again, as a restart does.
  void Reopen();
  void Close() { engine_.reset(); }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<Engine> engine_;
};

/// Values of all rows as text, "a|b" each; the query casts nothing. Fails the test on an error.
std::vector<std::string> Rows(Connection& connection, const std::string& sql);
/// Runs statements that must succeed.
void Run(Connection& connection, const std::vector<std::string>& statements);
/// The error of a statement that must fail, run by Query or, where it is no query, by Execute.
Error Failure(Connection& connection, const std::string& sql);

}  // namespace firn::engine
