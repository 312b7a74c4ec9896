#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace firn::cli {

/// Lines from a terminal with editing, completion of keywords and a history that is kept in a file.
class LineEditor {
 public:
  explicit LineEditor(std::filesystem::path history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Read { kLine, kInterrupted, kEnd };
  /// kInterrupted: Ctrl-C, the line is dropped.
  Read Next(const std::string& prompt, std::string& line);
  /// Adds a statement to the history and its file.
  void Remember(const std::string& statement);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace firn::cli
