#include "cli/line_editor.hpp"

#include <histedit.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/names.hpp"

namespace firn::cli {
namespace {

constexpr int kHistoryLines = 2000;
constexpr std::array kKeywords{
    "ALTER",    "AND",    "AS",        "ASC",     "BEGIN",    "BETWEEN", "BY",        "CASE",
    "COMMIT",   "COPY",   "COUNT",     "CREATE",  "DATABASE", "DELETE",  "DESC",      "DESCRIBE",
    "DISTINCT", "DROP",   "ELSE",      "END",     "EXISTS",   "FROM",    "GROUP",     "HAVING",
    "IN",       "INNER",  "INSERT",    "INTO",    "IS",       "JOIN",    "LEFT",      "LIKE",
    "LIMIT",    "LIST",   "NOT",       "NULL",    "OFFSET",   "ON",      "OR",        "ORDER",
    "OUTER",    "OVER",   "PARTITION", "QUALIFY", "REPLACE",  "RIGHT",   "ROLLBACK",  "SCHEMA",
    "SELECT",   "SET",    "SHOW",      "STAGE",   "TABLE",    "TABLES",  "TEMPORARY", "THEN",
    "UNION",    "UPDATE", "USE",       "VALUES",  "VIEW",     "WHEN",    "WHERE",     "WITH"};

}  // namespace

struct LineEditor::State {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string prompt;
  std::filesystem::path file;
  bool interrupted = false;

  static State& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<State*>(data);
  }
  static char* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }
  static unsigned char Interrupt(EditLine* editor, int) {
    Of(editor).interrupted = true;
    return CC_NEWLINE;
  }
  static unsigned char Complete(EditLine* editor, int);
};

/// Completes the word before the cursor where only one keyword fits.
unsigned char LineEditor::State::Complete(EditLine* editor, int) {
  const auto* line = el_line(editor);
  const std::string_view before(line->buffer,
                                static_cast<std::size_t>(line->cursor - line->buffer));
  const auto start = before.find_last_of(" \t(,;") + 1;
  const auto word = before.substr(start);
  if (word.empty()) return CC_ERROR;
  std::vector<std::string> fits;
  for (const std::string_view keyword : kKeywords) {
    if (keyword.starts_with(UpperCase(word))) fits.emplace_back(keyword);
  }
  if (fits.size() != 1) return CC_ERROR;
  auto rest = fits.front().substr(word.size());
  const bool lower =
      std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (lower) rest = LowerCase(rest);
  return el_insertstr(editor, (rest + " ").c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

LineEditor::LineEditor(std::filesystem::path history_file) : state_(std::make_unique<State>()) {
  auto& state = *state_;
  state.file = std::move(history_file);
  state.history = history_init();
  HistEvent event;
  history(state.history, &event, H_SETSIZE, kHistoryLines);
  history(state.history, &event, H_SETUNIQUE, 1);
  history(state.history, &event, H_LOAD, state.file.c_str());
  state.editor = el_init("firn", stdin, stdout, stderr);
  el_set(state.editor, EL_CLIENTDATA, &state);
  el_set(state.editor, EL_PROMPT, State::Prompt);
  el_set(state.editor, EL_EDITOR, "emacs");
  el_set(state.editor, EL_HIST, history, state.history);
  el_set(state.editor, EL_ADDFN, "firn-interrupt", "drop the statement", State::Interrupt);
  el_set(state.editor, EL_ADDFN, "firn-complete", "complete a keyword", State::Complete);
  el_set(state.editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(state.editor, nullptr);
  el_set(state.editor, EL_BIND, "^C", "firn-interrupt", nullptr);
  el_set(state.editor, EL_BIND, "\t", "firn-complete", nullptr);
  // Ctrl-C is a key while a line is edited; while a statement runs it is a signal.
  el_set(state.editor, EL_SETTY, "-d", "-isig", nullptr);
}

LineEditor::~LineEditor() {
  el_end(state_->editor);
  history_end(state_->history);
}

LineEditor::Read LineEditor::Next(const std::string& prompt, std::string& line) {
  state_->prompt = prompt;
  state_->interrupted = false;
  int length = 0;
  const char* text = el_gets(state_->editor, &length);
  if (state_->interrupted) {
    std::fputs("^C\n", stdout);
    return Read::kInterrupted;
  }
  if (text == nullptr || length <= 0) return Read::kEnd;
  line.assign(text, static_cast<std::size_t>(length));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  return Read::kLine;
}

void LineEditor::Remember(const std::string& statement) {
  HistEvent event;
  auto line = statement;
  std::replace(line.begin(), line.end(), '\n', ' ');
  history(state_->history, &event, H_ENTER, line.c_str());
  const auto before = umask(0077);
  history(state_->history, &event, H_SAVE, state_->file.c_str());
  umask(before);
}

}  // namespace firn::cli
