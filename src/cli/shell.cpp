#include "cli/shell.hpp"

#include <cstdio>

#include "base/names.hpp"
#include "cli/collector.hpp"
#include "cli/line_editor.hpp"

namespace firn::cli {
namespace {

constexpr std::string_view kHelp =
    "Statements end with ';'. Ctrl-C drops what you type or cancels what runs, Tab completes.\n"
    "  \\d [TABLE]  tables, or the columns of one      \\x       a line for each value, on or off\n"
    "  \\timing     rows and seconds, on or off        \\q       leave (or Ctrl-D)\n";

enum class After { kGoOn, kLeave, kUnknown };

std::string Trim(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t;") - begin + 1);
}

struct Shell {
  Session& session;
  PrintOptions print;
  std::int64_t most_rows;

  void Run(const std::string& sql) const {
    if (const auto done = RunStatement(session, sql, print, most_rows); !done) {
      PrintError(done.error(), false);
    }
  }

  After Command(const std::string& line) {
    const auto space = line.find(' ');
    const auto word = line.substr(0, space);
    const auto rest = space == std::string::npos ? "" : Trim(line.substr(space));
    if (word == "\\q") return After::kLeave;
    if (word == "\\?" || word == "\\h") {
      std::fputs(kHelp.data(), stdout);
    } else if (word == "\\x") {
      print.expanded = !print.expanded;
      std::printf("A line for each value is %s.\n", print.expanded ? "on" : "off");
    } else if (word == "\\timing") {
      print.timing = !print.timing;
      std::printf("Timing is %s.\n", print.timing ? "on" : "off");
    } else if (word == "\\d") {
      Run(rest.empty() ? "SHOW TERSE OBJECTS" : "DESCRIBE TABLE " + rest);
    } else {
      return After::kUnknown;
    }
    return After::kGoOn;
  }
};

}  // namespace

Result<int> RunShell(Session& session, const std::filesystem::path& home, Format format,
                     std::int64_t most_rows) {
  Shell shell{session, {}, most_rows};
  shell.print.format = format;
  std::printf("Firn at %s as %s. \\? for help, \\q to leave.\n",
              session.login().url.Authority().c_str(), session.login().user.c_str());
  LineEditor editor(home / "sql_history");
  StatementCollector collector;
  std::string line;
  for (;;) {
    const auto read = editor.Next(collector.pending() ? "   -> " : "firn> ", line);
    if (read == LineEditor::Read::kEnd) break;
    if (read == LineEditor::Read::kInterrupted) {
      collector.Clear();
      continue;
    }
    const auto trimmed = Trim(line);
    if (!collector.pending()) {
      if (trimmed == "exit" || trimmed == "quit") break;
      if (trimmed.starts_with('\\')) {
        const auto after = shell.Command(trimmed);
        if (after == After::kLeave) break;
        if (after == After::kUnknown) std::fputs(kHelp.data(), stdout);
        editor.Remember(trimmed);
        continue;
      }
    }
    for (const auto& statement : collector.Add(line)) {
      // What names a password does not belong in a file.
      if (UpperCase(statement).find("PASSWORD") == std::string::npos) {
        editor.Remember(statement + ";");
      }
      shell.Run(statement);
      std::fflush(stdout);
    }
  }
  std::printf("\n");
  return 0;
}

}  // namespace firn::cli
