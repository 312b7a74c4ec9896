#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firn::cli {

/// Makes statements of the lines that a person types: each ends at a ';' outside quotes and
/// comments, on whatever line that comes.
class StatementCollector {
 public:
  /// The statements that the line completes, without their ';'.
  std::vector<std::string> Add(std::string_view line);
  /// True in the middle of a statement.
  [[nodiscard]] bool pending() const;
  void Clear() { text_.clear(); }

 private:
  std::string text_;
};

}  // namespace firn::cli
